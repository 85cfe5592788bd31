package pebble

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv"
)

func TestRestoreOverwritesNothing(t *testing.T) {
	s := openDir(t, t.TempDir())
	defer s.Close()
	put(t, s, "a", "1")
	p := checkpointOf(t, s)
	defer p.Close()

	never := func(string) error { t.Error("files are written"); return nil }
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "other"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	store := t.TempDir()
	closeStore(t, openDir(t, store))
	for name, path := range map[string]string{"another file": dir, "a store": store, "a file": filepath.Join(dir, "other"), "below a file": filepath.Join(dir, "other", "x"), "a store in use": s.dir} {
		if err := Restore(path, Options{}, never, anyStore); !errors.Is(err, ErrNoPlace) {
			t.Errorf("%s: %v", name, err)
		}
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if err := Restore(link, Options{}, never, anyStore); err == nil {
		t.Error("a link is followed")
	}

	empty := t.TempDir()
	err := Restore(empty, Options{}, func(string) error {
		if err := Restore(empty, Options{}, never, anyStore); !errors.Is(err, kv.ErrInUse) {
			t.Errorf("two at once: %v", err)
		}
		return nil
	}, anyStore)
	if !errors.Is(err, kv.ErrDamaged) {
		t.Errorf("without files: %v", err)
	}
}

func TestRestoreThatFailsLeavesNothing(t *testing.T) {
	s := openDir(t, t.TempDir())
	defer s.Close()
	p := checkpointOf(t, s)
	defer p.Close()
	boom := errors.New("boom")
	part := func(into string) error {
		return errors.Join(os.WriteFile(filepath.Join(into, p.Files[0]), nil, 0o600), boom)
	}
	refuse := func(*Store) error { return boom }
	dir := filepath.Join(t.TempDir(), "store")
	if err := Restore(dir, Options{}, part, anyStore); !errors.Is(err, boom) {
		t.Error(err)
	}
	if err := Restore(dir, Options{}, copyOf(p), refuse); !errors.Is(err, boom) {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is there: %v", err)
	}
}

// A crash at any moment leaves a directory that Open refuses, or a whole store.
func TestRestoreThatWasInterrupted(t *testing.T) {
	s := openDir(t, t.TempDir())
	defer s.Close()
	put(t, s, "a", "1")
	p := checkpointOf(t, s)
	defer p.Close()

	dir := t.TempDir()
	into := filepath.Join(dir, restoringName)
	if err := os.Mkdir(into, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := copyOf(p)(into); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrNoPlace) || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("while it is copied: %v", err)
	}
	if err := Restore(dir, Options{}, copyOf(p), anyStore); err != nil {
		t.Fatalf("again: %v", err)
	}
	s = openDir(t, dir)
	defer s.Close()
	if get(t, s, "a").Data != "1" {
		t.Error("the data is not there")
	}
	if info, err := os.Stat(filepath.Join(dir, lockFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s: %v, %v", lockFile, info.Mode(), err)
	}

	half := t.TempDir()
	if err := copyOf(p)(half); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(half, formatFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(half, Options{}); err == nil {
		t.Error("a half of the files is opened")
	}
	if err := Restore(half, Options{}, copyOf(p), anyStore); !errors.Is(err, ErrNoPlace) {
		t.Errorf("into a half: %v", err)
	}
	if err := os.Mkdir(filepath.Join(half, restoringName), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Restore(half, Options{}, copyOf(p), anyStore); !errors.Is(err, ErrNoPlace) || !strings.Contains(err.Error(), "remove what is there") {
		t.Errorf("while its files are moved: %v", err)
	}
	if err := isVacant(vfs.Default, filepath.Join(half, "missing")); err != nil {
		t.Error(err)
	}
}
