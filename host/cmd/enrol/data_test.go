package main

import (
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOneProcessAtATime(t *testing.T) {
	h := newWorkdir(t)
	_, address := h.serve("--conf", "sso.conf")
	h.fast("", "serve").want(exitFault, "./data is in use by another process", "--data")
	os.Remove(h.path("data.sock"))
	for _, name := range []string{"signup", "confirm", "get"} {
		h.fast(request("ada"), name).want(exitFault, "./data is in use by another process", "--data")
	}
	if status, _, err := post(address, signupPath, flat("ada")); status != 200 || err != nil {
		t.Errorf("the server was disturbed: %d %v", status, err)
	}
}

// TestPathsThatAreMistakes gives each flag a path that cannot be what the flag
// names: a file or a device for a directory, a directory for a file, or something
// below a file.
func TestPathsThatAreMistakes(t *testing.T) {
	h := newWorkdir(t)
	h.write("file", "text", 0o600)
	os.Mkdir(h.path("full"), 0o755)
	h.write("full/notes.txt", "text", 0o644)
	for data, text := range map[string]string{
		"file":           "is a file",
		"/dev/null":      "is a file",
		"file/data":      "not a directory",
		"/dev/null/data": "not a directory",
		"full":           "notes.txt",
	} {
		for _, name := range []string{"serve", "signup", "get", "fsck"} {
			run := h.fast
			if name == "fsck" {
				run = h.run
			}
			got := run(request("ada"), name, "--data", data, "--key-file", "some.key").want(exitMistake, data, text, "--data")
			if got.stdout != "" || h.exists("some.key") {
				t.Errorf("%s was used", data)
			}
		}
	}
	h.fast(request("ada"), "signup").want(exitOK)
	for _, path := range []string{"full", "full/", "file/x", "missing/x"} {
		h.fast(request("grace"), "signup", "--audit", path).want(exitMistake, path, "--audit")
		h.fast(request("grace"), "signup", "--data", "new", "--key-file", path).want(exitMistake, path)
		h.fast("", "serve", "--api-key-file", path).want(exitMistake, path)
		h.fast("", "serve", "--super-api-key-file", path).want(exitMistake, path)
		h.run("", "get", "--conf", path).want(exitMistake, path)
		h.fast("", "signup", path).want(exitMistake, path)
		h.run("", "conf", "init", path).want(exitMistake, path)
		h.run("", "conf", "check", path).want(exitMistake, path)
		h.run("", "webhook-secret", "--key-file", path, "https://example.com/").want(exitMistake, path)
	}
	if h.read("full/notes.txt") != "text" || h.read("file") != "text" {
		t.Error("a file was changed")
	}
}

func TestWithoutDataThereIsNothingToRead(t *testing.T) {
	h := newWorkdir(t)
	os.Mkdir(h.path("empty"), 0o755)
	for _, name := range []string{"confirm", "get"} {
		h.fast("", name).want(exitMistake, "no data directory ./data")
		h.fast("", name, "--data", "empty").want(exitMistake, "no account in empty")
	}
	if h.exists("data") || h.exists("data.key") || h.exists("empty.key") {
		t.Error("data was begun")
	}
}

func TestDataOfANewerVersion(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	if h.exists("data/CLOSED") {
		os.Remove(h.path("data/CLOSED"))
	}
	line := "enrol kv/pebble 99"
	h.write("data/FORMAT", fmt.Sprintf("%s %08x\n", line, crc32.ChecksumIEEE([]byte(line))), 0o600)
	for _, name := range []string{"serve", "signup", "get"} {
		h.fast("", name).want(exitFault, "./data was written by a newer version")
	}
}

func TestDamagedData(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	manifests, err := filepath.Glob(h.path("data/MANIFEST-*"))
	if err != nil || len(manifests) == 0 {
		t.Fatal(manifests, err)
	}
	if err := os.Truncate(manifests[len(manifests)-1], 3); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"serve", "signup", "get"} {
		h.fast("", name).want(exitFault, "./data is damaged", "backup")
	}
}

func TestCorruptModule(t *testing.T) {
	h := newWorkdir(t)
	h.run("", "signup", "--conf", "sso.conf", "--native").want(exitOK)
	module, err := os.ReadFile("../../../wasm/signup.wasm")
	if err != nil {
		t.Fatal(err)
	}
	for name, corrupt := range map[string][]byte{
		"garbage":    []byte("garbage"),
		"cut off":    module[:len(module)/2],
		"of others":  []byte("\x00asm\x01\x00\x00\x00"),
		"of no code": module[:8],
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(h.dir)
			at := place{data: "data", conf: "sso.conf", module: corrupt}
			var stderr strings.Builder
			c := &console{strings.NewReader(""), io.Discard, &stderr, func(string) string { return "" }}
			k, err := readConf(c, "sso.conf", false)
			if err != nil {
				t.Fatal(err)
			}
			_, err = openInstallation(c, k, at, purpose{}, slog.New(slog.DiscardHandler))
			status := report(c, err)
			ran{t, nil, "", stderr.String(), status}.want(exitFault, "the engine does not start")
		})
	}
	h.fast(request("ada"), "signup").want(exitOK) // every store was closed
}

func TestStoreWithoutItsFormatFileIsDamaged(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	if err := os.Remove(h.path("data/FORMAT")); err != nil {
		t.Fatal(err)
	}
	h.fast("", "signup").want(exitFault, "./data is damaged")
}
