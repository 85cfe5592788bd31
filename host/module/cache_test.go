package module

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
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

// cacheFiles lists the files under a directory, with what they hold.
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
		t.Error("the second open wrote the cache anew")
	}
}

func TestDamagedCacheIsCompiledAnew(t *testing.T) {
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

// isCached says whether every compiled module among the files has its sum.
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

// TestCacheOfAnotherUserIsDoneWithout takes a directory of the superuser, or
// makes one of somebody else where the test runs as the superuser.
func TestCacheOfAnotherUserIsDoneWithout(t *testing.T) {
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

func TestCacheThatCannotBeUsedIsDoneWithout(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	group := filepath.Join(t.TempDir(), "group")
	if err := os.Mkdir(group, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(group, 0o770); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"a file":             file,
		"below a file":       filepath.Join(file, "below"),
		"world-writable":     open,
		"group-writable":     group,
		"nowhere to make it": filepath.Join(os.DevNull, "cache"),
	} {
		t.Run(name, func(t *testing.T) {
			log := openCached(t, dir)
			if strings.Count(log, "level=WARN") != 1 || !strings.Contains(log, "reason=") {
				t.Errorf("the log is %s", log)
			}
			if info, err := os.Stat(dir); err == nil && info.IsDir() && len(cacheFiles(t, dir)) > 0 {
				t.Error("it was used all the same")
			}
		})
	}
}

func TestCacheThatCannotBeWrittenIsDoneWithout(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openCached(t, dir)
	for _, path := range cached(dir) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		// A directory with something in it, in the place of the file: nobody can
		// write that, not even the superuser, whom permissions do not hold.
		if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
			t.Fatal(err)
		}
		if log := openCached(t, dir); strings.Count(log, "level=WARN") != 1 {
			t.Errorf("the log is %s", log)
		}
	}
}
