package backup

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// otherFileSystem returns a directory to whose files this one cannot have hard links.
func otherFileSystem(t *testing.T, here string) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "enrol")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	file := filepath.Join(dir, "probe")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if os.Link(file, filepath.Join(here, "probe")) == nil {
		t.Fatalf("%s and %s are one file system", dir, here)
	}
	os.Remove(file)
	return dir
}

// On another file system, a file that the newest generation has is not copied again,
// unless it is damaged there.
func TestGenerationsOnAnotherFileSystem(t *testing.T) {
	here := t.TempDir()
	from := Source{Dir: here, Files: []string{"a", "b", "c"}, Keys: []string{"k"}}
	path := otherFileSystem(t, here)
	into, err := Use(path)
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	write := func(changes map[string]string) Made {
		t.Helper()
		for name, text := range changes {
			if err := os.WriteFile(filepath.Join(here, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		made, err := into.Write(from, time.Now(), "v1", "", &Watch{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := Read(made.Generation)
		if err != nil {
			t.Fatal(err)
		}
		if err := Verify(made.Generation, m, nil); err != nil {
			t.Error(err)
		}
		return made
	}
	want := func(made Made, shared int, copied int64) {
		t.Helper()
		if made.Files != 3 || made.Shared != shared || made.Copied != copied {
			t.Errorf("%+v, want %d shared and %d bytes copied", made, shared, copied)
		}
	}
	first := write(map[string]string{"a": "aaaa", "b": "bbb", "c": "cc"})
	want(first, 0, 9)
	want(write(map[string]string{"b": "BBB", "c": "ccc"}), 1, 6)
	want(write(nil), 3, 0)
	if err := os.WriteFile(filepath.Join(first.Generation, filesName, "a"), []byte("bad!"), 0o600); err != nil {
		t.Fatal(err) // which the newest generation shares
	}
	want(write(nil), 2, 4)
	if removed, err := into.Keep(1); removed != 3 || err != nil {
		t.Error(removed, err)
	}
	want(write(nil), 3, 0)
}
