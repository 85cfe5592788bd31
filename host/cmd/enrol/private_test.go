//go:build unix

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// chmod sets the modes of files, and of everything in directories.
func (h *workdir) chmod(dirs, files fs.FileMode, names ...string) {
	h.t.Helper()
	for _, name := range names {
		err := filepath.WalkDir(h.path(name), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				return os.Chmod(path, dirs)
			}
			return os.Chmod(path, files)
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

// wantPrivate checks that others have no right to a file, or to anything in a
// directory.
func (h *workdir) wantPrivate(names ...string) {
	h.t.Helper()
	for _, name := range names {
		err := filepath.WalkDir(h.path(name), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				h.t.Errorf("%s has the mode %04o", path, info.Mode().Perm())
			}
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestCommandsRemoveTheRightsOfOthers runs each command that opens data.
func TestCommandsRemoveTheRightsOfOthers(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	h.wantPrivate("data", "data.key", "data.audit.jsonl")
	for _, args := range [][]string{
		{"get", "--username", "ada", "--native", "--conf", "sso.conf"},
		{"signup", "--native", "--conf", "sso.conf"},
		{"purge", "--native", "--conf", "sso.conf"},
		{"fsck"},
	} {
		for _, mode := range []fs.FileMode{0o755, 0o777} {
			h.chmod(mode, 0o644, "data")
			h.chmod(0, 0o644, "data.audit.jsonl")
			ran := h.run("", args...).want(exitOK)
			if args[0] != "fsck" { // which does not open the trail
				h.wantPrivate("data.audit.jsonl")
			}
			h.wantPrivate("data")
			if !strings.Contains(ran.stderr, "open to other users") {
				t.Errorf("%q does not say so: %s", args, ran.stderr)
			}
		}
	}
}

// TestLinksAreRefused replaces every private file with a link.
func TestLinksAreRefused(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	h.write("api.key", testAPIKey, 0o600)
	for name, args := range map[string][]string{
		"data":             {"get", "--username", "ada"},
		"data.key":         {"get", "--username", "ada"},
		"data.audit.jsonl": {"get", "--username", "ada"},
		"api.key":          {"serve", "--api-key-file", "api.key"},
	} {
		if err := errors.Join(os.Rename(h.path(name), h.path("away")), os.Symlink("away", h.path(name))); err != nil {
			t.Fatal(err)
		}
		h.fast("", args...).want(exitMistake, name, "symbolic link")
		if err := errors.Join(os.Remove(h.path(name)), os.Rename(h.path("away"), h.path(name))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("nowhere", h.path("new.key")); err != nil {
		t.Fatal(err)
	}
	h.fast("", "signup", "--data", "new").want(exitMistake, "new.key", "symbolic link")
	if h.exists("nowhere") || h.exists("new") {
		t.Error("a link that leads nowhere was followed")
	}
	h.fast("", "get", "--username", "ada").want(exitOK)
}
