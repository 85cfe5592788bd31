//go:build unix

package pebble

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv/private"
)

// storeOnDisk makes a store that is large enough to have files of every kind,
// and closes it.
func storeOnDisk(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	filler := strings.Repeat("x", 60_000)
	for i := range 100 { // more than a memtable holds
		put(t, s, fmt.Sprint(i), filler)
	}
	closeStore(t, s)
	return dir
}

// wantPrivate checks that others have no right to the directory and its
// content.
// wantPrivate checks every file that is there. An open store removes some.
func wantPrivate(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %04o", filepath.Base(path), info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFilesBelongToTheirOwnerAlone(t *testing.T) {
	dir := storeOnDisk(t)
	tables, _ := filepath.Glob(filepath.Join(dir, "*.sst"))
	if len(tables) == 0 {
		t.Fatal("the store has no table")
	}
	wantPrivate(t, dir)
}

func TestRightsOfOthersAreRemovedAndLogged(t *testing.T) {
	for _, mode := range []fs.FileMode{0o755, 0o777, 0o750} {
		dir := storeOnDisk(t)
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, file := range files {
			if err := os.Chmod(file, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		var log bytes.Buffer
		s, err := Open(dir, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		wantPrivate(t, dir)
		closeStore(t, s)
		for _, text := range []string{fmt.Sprintf("mode=%04o", mode), "files="} {
			if !strings.Contains(log.String(), text) {
				t.Errorf("mode %o: the log lacks %q: %s", mode, text, &log)
			}
		}
		log.Reset()
		if s, err = Open(dir, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}); err != nil {
			t.Fatal(err)
		}
		closeStore(t, s)
		if log.Len() > 0 {
			t.Errorf("logged again: %s", &log)
		}
	}
}

func TestAnEmptyDirectoryBecomesAStore(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantPrivate(t, dir)
	closeStore(t, s)
}

func TestLinksAndSharedDirectoriesAreRefused(t *testing.T) {
	dir := storeOnDisk(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{link, link + "/"} {
		_, err := Open(name, Options{})
		wantNotPrivate(t, name, err)
	}
	shared := filepath.Join(t.TempDir(), "shared")
	if err := os.Mkdir(shared, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(shared, 0o777|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	_, err := Open(shared, Options{})
	wantNotPrivate(t, "a directory like /tmp", err)

	format := filepath.Join(dir, formatFile)
	if err := errors.Join(os.Rename(format, format+".away"), os.Symlink(format+".away", format)); err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, Options{})
	wantNotPrivate(t, "a link in place of a file", err)
}

func TestADirectoryOfOtherFilesKeepsItsMode(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o644), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir, Options{})
	wantError(t, err, ErrNoPlace)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
}

func wantNotPrivate(t *testing.T, what string, err error) {
	t.Helper()
	wantError(t, err, nil)
	if !errors.Is(err, private.ErrNotPrivate) {
		t.Errorf("%s: got %v, want ErrNotPrivate", what, err)
	}
}
