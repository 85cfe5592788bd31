package module

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// openCached opens a small module with a cache directory and returns what was
// logged.
func openCached(t *testing.T, dir string) string {
	t.Helper()
	var log bytes.Buffer
	pool, err := Open(t.Context(), Options{
		Module:    newTiny().bytes(),
		Instances: 1,
		CacheDir:  dir,
		Logger:    slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := pool.Close(t.Context()); err != nil {
		t.Error(err)
	}
	return log.String()
}

// cacheFiles returns the files under a directory, with their contents.
func cacheFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestCacheServesTheSecondOpen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "cache")
	if log := openCached(t, dir); log != "" {
		t.Errorf("the log is %s", log)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory has the mode %v (%v)", info.Mode(), err)
	}
	files := cacheFiles(t, dir)
	if len(files) == 0 {
		t.Fatal("the cache is empty")
	}
	written := func() (times []time.Time) {
		for _, path := range cached(dir) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			times = append(times, info.ModTime())
		}
		return times
	}
	first := written()
	if log := openCached(t, dir); log != "" {
		t.Errorf("the log is %s", log)
	}
	if again := written(); len(first) != 1 || !slices.Equal(again, first) || len(cacheFiles(t, dir)) != len(files) {
		t.Error("the second open wrote the cache again")
	}
}

func TestDamagedCacheIsCompiledAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openCached(t, dir)
	whole := cacheFiles(t, dir)
	for path, content := range whole {
		damages := map[string]string{"empty": "", "text": "this is no cache", "longer": content + "more"}
		for at := 0; at < len(content); at += max(1, len(content)/16) {
			flipped := []byte(content)
			flipped[at] ^= 0x80
			damages[fmt.Sprint("flipped at ", at)] = string(flipped)
			damages[fmt.Sprint("cut at ", at)] = content[:at]
		}
		for name, damage := range damages {
			if err := os.WriteFile(path, []byte(damage), 0o600); err != nil {
				t.Fatal(err)
			}
			if log := openCached(t, dir); log != "" {
				t.Errorf("%s: the log is %s", name, log)
			}
			if again := cacheFiles(t, dir); len(again) != len(whole) || !isCached(again) {
				t.Errorf("%s: the cache was not repaired", name)
			}
		}
	}
}

// isCached reports whether every compiled module among the files has its sum.
func isCached(files map[string]string) bool {
	modules := 0
	for path := range files {
		if _, sealed := files[path+sumSuffix]; !sealed {
			continue
		}
		modules++
		if !isSealed(path) {
			return false
		}
	}
	return modules == 1
}

func TestCacheLeavesOtherFilesAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openCached(t, dir)
	var mine []string
	for path := range cacheFiles(t, dir) {
		mine = append(mine, filepath.Join(dir, filepath.Base(path)), filepath.Join(filepath.Dir(path), "notes.txt"))
	}
	for _, path := range mine {
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openCached(t, dir)
	for _, path := range mine {
		if data, err := os.ReadFile(path); string(data) != "mine" {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
}

// TestCacheOfAnotherUserIsNotUsed uses a directory of the superuser, or
// makes one of another user if the test runs as the superuser.
func TestCacheOfAnotherUserIsNotUsed(t *testing.T) {
	t.Parallel()
	dir := "/"
	if os.Geteuid() == 0 {
		dir = t.TempDir()
		if err := os.Chown(dir, 12345, 12345); err != nil {
			t.Fatal(err)
		}
	}
	if log := openCached(t, dir); strings.Count(log, "level=WARN") != 1 {
		t.Errorf("the log is %s", log)
	}
}

// TestCacheThatOthersCouldUse expects a new compilation if others could write
// to the cache: they could have written the sums too.
func TestCacheThatOthersCouldUse(t *testing.T) {
	t.Parallel()
	for mode, kept := range map[fs.FileMode]bool{0o755: true, 0o777: false, 0o770: false} {
		for _, sub := range []bool{false, true} {
			dir := t.TempDir()
			openCached(t, dir)
			before := cacheTimes(t, dir)
			open := dir
			if sub {
				open = cacheDirs(dir)[0]
			}
			if err := os.Chmod(open, mode); err != nil {
				t.Fatal(err)
			}
			if log := openCached(t, dir); strings.Count(log, "level=INFO") != 1 || strings.Contains(log, "level=WARN") {
				t.Errorf("mode %o: the log is %s", mode, log)
			}
			if info, err := os.Stat(open); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("mode %o: it is %v now, %v", mode, info.Mode(), err)
			}
			if maps.Equal(before, cacheTimes(t, dir)) != kept {
				t.Errorf("mode %o: whether it was used is not %t", mode, kept)
			}
		}
	}
}

// cacheTimes returns when each compiled module was written.
func cacheTimes(t *testing.T, dir string) map[string]time.Time {
	t.Helper()
	times := map[string]time.Time{}
	for _, path := range cached(dir) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		times[path] = info.ModTime()
	}
	return times
}

func TestModuleOpensWithoutAUsableCache(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"a file":             file,
		"below a file":       filepath.Join(file, "below"),
		"a link":             link,
		"nowhere to make it": filepath.Join(os.DevNull, "cache"),
	} {
		t.Run(name, func(t *testing.T) {
			log := openCached(t, dir)
			if strings.Count(log, "level=WARN") != 1 || !strings.Contains(log, "reason=") {
				t.Errorf("the log is %s", log)
			}
			if info, err := os.Lstat(dir); err == nil && info.IsDir() && len(cacheFiles(t, dir)) > 0 {
				t.Error("it was still used")
			}
		})
	}
}

func TestModuleOpensWithoutAWritableCache(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openCached(t, dir)
	for _, path := range cached(dir) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		// A directory with content in place of the file: not even the superuser, who
		// bypasses permissions, can write that.
		if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
			t.Fatal(err)
		}
		if log := openCached(t, dir); strings.Count(log, "level=WARN") != 1 {
			t.Errorf("the log is %s", log)
		}
	}
}
