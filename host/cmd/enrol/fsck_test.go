package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
)

// settled creates data with a confirmed account and a claim.
func settled(t *testing.T) *workdir {
	t.Helper()
	h := newWorkdir(t)
	signed := h.fast(request("ada")+request("bob"), "signup").want(exitOK).answers()
	h.fast(`{"confirm_token":"`+signed[0].ConfirmToken+`"}`, "confirm").want(exitOK)
	return h
}

// change writes to the data directly.
func (h *workdir) change(batch kv.Batch) {
	h.t.Helper()
	store, err := pebble.Open(h.path("data"), pebble.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	if applied, err := store.Commit(context.Background(), batch); err != nil || !applied {
		h.t.Fatal(applied, err)
	}
	if err := store.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// content returns all data.
func (h *workdir) content() map[string]string {
	h.t.Helper()
	store, err := pebble.Open(h.path("data"), pebble.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer store.Close()
	entries, err := store.Scan(context.Background(), "", "", kv.MaxScanLimit)
	if err != nil {
		h.t.Fatal(err)
	}
	all := map[string]string{}
	for _, entry := range entries {
		all[entry.Key] = entry.Data
	}
	return all
}

func TestFsckFindsNothingInGoodData(t *testing.T) {
	h := settled(t)
	if got := h.run("", "fsck").want(exitOK); got.stdout+got.stderr != "" {
		t.Errorf("printed %q %q", got.stdout, got.stderr)
	}
	h.fast("", "get", "--username", "ada").want(exitOK)
}

func TestFsckFindsDamage(t *testing.T) {
	h := settled(t)
	before := h.content()
	var mailKey string
	for key := range before {
		if strings.HasPrefix(key, "mail/") {
			mailKey = key
		}
	}
	h.change(kv.Batch{
		Puts: []kv.Put{
			{Key: "name/ada", Data: strings.Replace(before["name/ada"], `"v":1`, `"v":2`, 1)},
			{Key: "name/bob", Data: "{"},
			{Key: "other things", Data: "x"},
		},
		Deletes: []string{mailKey},
	})
	got := h.run("", "fsck").want(exitRefused, "6 problems in ./data")
	for _, line := range []string{
		"name/ada: the record has version 2",
		"name/bob: the record is damaged\n",
		`"other things": is an unknown key` + "\n",
		": owns an address that does not lead to it under mail/\n",
		": does not own its name",
	} {
		if !strings.Contains(got.stdout, line) {
			t.Errorf("%q is not among\n%s", line, got.stdout)
		}
	}
	if n := strings.Count(got.stdout, "\n"); n != 6 {
		t.Errorf("%d lines", n)
	}
	for _, secret := range []string{"ada@", "correct"} {
		if strings.Contains(got.stdout, secret) {
			t.Errorf("%q was printed", secret)
		}
	}
}

func TestFsckChangesNothing(t *testing.T) {
	h := settled(t)
	h.change(kv.Batch{Deletes: []string{"name/ada"}})
	first := h.run("", "fsck").want(exitRefused).stdout
	before := h.content()
	if again := h.run("", "fsck").want(exitRefused).stdout; again != first || !maps.Equal(h.content(), before) {
		t.Errorf("found %s, then %s", first, again)
	}
}

func TestFsckWithoutMeta(t *testing.T) {
	h := settled(t)
	h.change(kv.Batch{Deletes: []string{"meta/keys", "meta/format"}})
	got := h.run("", "fsck").want(exitRefused)
	for _, line := range []string{"meta/format: is missing", "meta/keys: is missing"} {
		if !strings.Contains(got.stdout, line) {
			t.Errorf("%q is not among\n%s", line, got.stdout)
		}
	}
}

func TestFsckNeedsTheKey(t *testing.T) {
	h := settled(t)
	key := h.read("data.key")
	os.Remove(h.path("data.key"))
	h.run("", "fsck").want(exitMistake, "the key file data.key is missing")
	h.write("data.key", string(host.NewSecretKey()), 0o600)
	h.run("", "fsck").want(exitMistake, "data.key is not the key that ./data was sealed with")
	id, _, _ := strings.Cut(key, ":")
	_, other, _ := strings.Cut(string(host.NewSecretKey()), ":")
	h.write("data.key", id+":"+other, 0o600)
	h.run("", "fsck").want(exitMistake, "is not the key that ./data was sealed with")
	h.write("elsewhere", key, 0o600)
	h.run("", "fsck", "--key-file", "elsewhere").want(exitOK)
	h.env = []string{secretKeyVariable + "=" + key}
	h.run("", "fsck").want(exitOK)
}

func TestFsckOfUnreadableData(t *testing.T) {
	h := settled(t)
	h.run("", "fsck", "--data", "missing").want(exitMistake, "no data directory missing")
	h.run("", "fsck", "x").want(exitMistake, `"x"`)
	if h.exists("missing") || h.exists("missing.key") {
		t.Error("data was begun")
	}
	h.write("file", "text", 0o644)
	h.run("", "fsck", "--data", "file", "--key-file", "data.key").want(exitMistake, "file", "is a file")
	p, _ := h.serve("--conf", "sso.conf")
	h.run("", "fsck").want(exitOK)
	os.Remove(h.path("data.sock"))
	h.run("", "fsck").want(exitFault, "./data is in use by another process")
	p.cmd.Process.Kill()
	p.cmd.Wait()
	h.run("", "fsck").want(exitOK)
	manifests, err := filepath.Glob(h.path("data/MANIFEST-*"))
	if err != nil || len(manifests) == 0 {
		t.Fatal(manifests, err)
	}
	if err := os.Truncate(manifests[len(manifests)-1], 3); err != nil {
		t.Fatal(err)
	}
	h.run("", "fsck").want(exitFault, "./data is damaged")
}
