package host

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/kv/private"
)

func TestKeyFileIsMadeOnceForAnEmptyStore(t *testing.T) {
	t.Parallel()
	path, store := filepath.Join(t.TempDir(), "data.key"), memory.New()
	if _, err := ReadKeyFile(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	key, made, err := KeyFile(t.Context(), path, store)
	if err != nil || !made {
		t.Fatal("no key was made", err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("the file has the mode %v: %v", info.Mode(), err)
	}
	start(t, true, func(o *Options) { o.Store, o.SecretKey = store, key }) // the store is no longer empty
	again, made, err := KeyFile(t.Context(), path, store)
	if err != nil || made || again != key {
		t.Error("the key that was read is another", err)
	}
	if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
		t.Errorf("%v were left behind", left)
	}
}

func TestNoKeyIsMadeForAStoreWithData(t *testing.T) {
	t.Parallel()
	path, store := filepath.Join(t.TempDir(), "data.key"), memory.New()
	if _, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "user/1", Data: "{}"}}}); err != nil {
		t.Fatal(err)
	}
	if _, made, err := KeyFile(t.Context(), path, store); !errors.Is(err, ErrNoKeyFile) || made {
		t.Errorf("made %t, %v", made, err)
	}
	store.Close()
	if _, made, err := KeyFile(t.Context(), path, store); err == nil || made {
		t.Errorf("of a closed store: made %t, %v", made, err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the file is there")
	}
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	dir, store := t.TempDir(), memory.New()
	write := func(name, text string, mode fs.FileMode) string {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := string(NewSecretKey())
	link := filepath.Join(dir, "link")
	if err := os.Symlink("nowhere", link); err != nil {
		t.Fatal(err)
	}
	for what, path := range map[string]string{
		"no key":                  write("nonsense", "nonsense", 0o600),
		"an empty file":           write("empty", "", 0o600),
		"a link to nothing":       link,
		"a file within a file":    filepath.Join(write("file", good, 0o600), "x"),
		"a file that others read": write("open", good, 0o644),
	} {
		key, made, err := KeyFile(t.Context(), path, store)
		if err == nil || made || key != "" {
			t.Errorf("%s: made %t, %v", what, made, err)
		}
		if (what == "a file that others read") != errors.Is(err, private.ErrNotPrivate) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestKeyFileIsNeverOverwritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.key")
	made, err := makeKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := makeKeyFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made again: %v", err)
	}
	if read, err := ReadKeyFile(path); err != nil || read != made {
		t.Error("the key changed", err)
	}
}
