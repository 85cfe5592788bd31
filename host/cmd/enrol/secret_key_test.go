package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

func TestKeyFileIsMadeOnFirstUse(t *testing.T) {
	h := newWorkdir(t)
	first := h.fast(request("ada"), "signup").want(exitOK)
	if !strings.Contains(first.stderr, "the secret key is new, in data.key") {
		t.Errorf("standard error is %q", first.stderr)
	}
	info, err := os.Stat(h.path("data.key"))
	if err != nil || info.Mode() != 0o600 {
		t.Fatal(info.Mode(), err)
	}
	key := h.read("data.key")
	if _, err := signup.ParseKeys(signup.Secret(key)); err != nil {
		t.Error(err)
	}
	h.fast(request("grace"), "signup").want(exitOK)
	if h.read("data.key") != key {
		t.Error("the key changed")
	}
	if strings.Contains(first.stderr, strings.TrimSpace(key)) {
		t.Error("the key was printed")
	}
	left, _ := filepath.Glob(h.path("data.key?*"))
	if len(left) > 0 {
		t.Errorf("%v were left behind", left)
	}
}

func TestMissingKeyFileIsNotReplaced(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	key := h.read("data.key")
	os.Remove(h.path("data.key"))
	for _, name := range []string{"serve", "signup", "confirm", "get"} {
		h.fast("", name).want(exitMistake, "the key file data.key is missing")
	}
	h.run("", "webhook-secret", "https://example.com/").want(exitMistake, "data.key")
	if h.exists("data.key") {
		t.Fatal("a new key was made")
	}

	h.env = []string{secretKeyVariable + "=" + key}
	h.fast("", "get", "--username", "ada").want(exitOK)
	h.env = nil
	h.write("elsewhere", key, 0o600)
	h.fast("", "get", "--username", "ada", "--key-file", "elsewhere").want(exitOK)
	if h.exists("data.key") {
		t.Error("a key file was made though the key came from elsewhere")
	}
}

func TestBadKeys(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	key := h.read("data.key")
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o620, 0o601} {
		os.Chmod(h.path("data.key"), mode)
		for _, name := range []string{"serve", "signup", "confirm", "get"} {
			h.fast("", name).want(exitMistake, "data.key", "chmod 600")
		}
		h.run("", "webhook-secret", "https://example.com/").want(exitMistake, "chmod 600")
	}
	h.write("data.key", "nonsense", 0o600)
	h.fast("", "get").want(exitMistake, "data.key", "base64url(32 bytes)")
	h.write("data.key", "", 0o600)
	h.fast("", "get").want(exitMistake, "data.key", "base64url(32 bytes)")
	h.write("data.key", strings.Repeat("x", 100<<10), 0o600)
	h.fast("", "get").want(exitMistake, "data.key", "too large")
	h.write("data.key", string(host.NewSecretKey()), 0o600)
	h.fast("", "get").want(exitMistake, "data.key", "secret key")
	id, _, _ := strings.Cut(key, ":")
	_, other, _ := strings.Cut(string(host.NewSecretKey()), ":")
	h.write("data.key", id+":"+other, 0o600)
	h.fast("", "get").want(exitMistake, "data.key", "secret key")
	h.env = []string{secretKeyVariable + "=nonsense"}
	h.fast("", "get").want(exitMistake, secretKeyVariable)
	h.env = nil
	h.write("data.key", key, 0o600)
	h.fast("", "get", "--username", "ada").want(exitOK)
}

func TestFilesNextToTheData(t *testing.T) {
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for data, want := range map[string]string{
		"./data":  "data.key",
		"data/":   "data.key",
		"a/b/../": "a.key",
		"/srv/x/": "/srv/x.key",
		".":       dir + ".key",
		"..":      filepath.Dir(dir) + ".key",
	} {
		if got := nextTo(data, ".key"); got != want {
			t.Errorf("%s: %s, want %s", data, got, want)
		}
	}
}

func TestWebhookSecret(t *testing.T) {
	h := newWorkdir(t)
	const service = "https://example.com/hook"
	h.fast("", "signup").want(exitOK)
	keys, err := signup.ParseKeys(signup.Secret(h.read("data.key")))
	if err != nil {
		t.Fatal(err)
	}
	want := string(keys.WebhookSecrets(service)[0]) + "\n"
	if got := h.run("", "webhook-secret", service).want(exitOK); got.stdout != want || !strings.HasPrefix(want, "whsec_") {
		t.Errorf("printed %q", got.stdout)
	}
	h.write("hook.conf", strings.Replace(fastConf, "[signup]", "[signup]\ncallback_service_list="+service, 1), 0o644)
	if got := h.run("", "webhook-secret", "--conf", "hook.conf", service).want(exitOK); got.stdout != want {
		t.Errorf("printed %q", got.stdout)
	}
	h.run("", "webhook-secret", "--conf", "hook.conf", service+"/").want(exitMistake, service+"/")

	h.write("named.conf", strings.Replace(fastConf, "[signup]", "[signup]\ncallback_service_list=my.hook", 1)+"[enrol_services]\nmy.hook="+service+"\n", 0o644)
	want = string(keys.WebhookSecrets("my.hook")[0]) + "\n"
	for _, args := range [][]string{{"my.hook"}, {"--conf", "named.conf", "my.hook"}, {"--conf", "named.conf", service}} {
		if got := h.run("", append([]string{"webhook-secret"}, args...)...).want(exitOK); got.stdout != want {
			t.Errorf("%q: printed %q", args, got.stdout)
		}
	}
	h.run("", "webhook-secret", "--conf", "named.conf", "my.other").want(exitMistake, "my.other")
}
