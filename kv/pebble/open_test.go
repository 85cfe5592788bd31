package pebble

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/enrol-sso/enrol/kv"
)

func TestOpeningAgainKeepsEverything(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	var versions []string
	for i := range 5 {
		s, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		empty, err := s.Empty(t.Context())
		if err != nil || empty != (i == 0) {
			t.Errorf("opened %d times before: empty is %t, %v", i, empty, err)
		}
		for j, version := range versions {
			if got := get(t, s, fmt.Sprint(j)); got.Version != version || got.Data != fmt.Sprint(j, " é") {
				t.Errorf("key %d: got %+v, want version %s", j, got, version)
			}
		}
		put(t, s, fmt.Sprint(i), fmt.Sprint(i, " é"))
		versions = append(versions, get(t, s, fmt.Sprint(i)).Version)
		closeStore(t, s)
	}
}

func TestVersionsDoNotRecurAfterOpeningAgain(t *testing.T) {
	disk := vfs.NewMem()
	seen := make(map[string]bool)
	for i := range 20 {
		s := openOn(t, disk)
		put(t, s, "a", fmt.Sprint(i))
		if version := get(t, s, "a").Version; seen[version] {
			t.Errorf("version %s recurred", version)
		} else {
			seen[version] = true
		}
		if _, err := s.Commit(t.Context(), kv.Batch{Deletes: []string{"a"}}); err != nil {
			t.Fatal(err)
		}
		closeStore(t, s)
	}
}

func TestScanDoesNotSeeTheStoresOwnKeys(t *testing.T) {
	s := openOn(t, vfs.NewMem())
	defer closeStore(t, s)
	for _, place := range []string{"", "\x00", "\x01", formatFile} {
		for _, after := range []string{"", "\x00"} {
			if entries, err := s.Scan(t.Context(), place, after, 10); err != nil || len(entries) > 0 {
				t.Errorf("scan of %q after %q in a new store: got %v, %v", place, after, entries, err)
			}
		}
	}
}

func TestInUseByThisProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, s)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Dir(dir), link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, filepath.Join(link, "new"), dir + "/../" + filepath.Base(dir)} {
		_, err := Open(name, Options{})
		wantError(t, err, kv.ErrInUse)
	}
	put(t, s, "a", "1")
}

func TestNewerStoreIsRefused(t *testing.T) {
	t.Run("format", func(t *testing.T) {
		disk := vfs.NewMem()
		closeStore(t, openOn(t, disk))
		overwrite(t, disk, "/store/"+formatFile, []byte(formatLine(format+1)))
		wantRefused(t, disk, kv.ErrNewer)
	})
	t.Run("format of the engine", func(t *testing.T) {
		disk := vfs.NewMem()
		closeStore(t, openOn(t, disk))
		for _, name := range list(t, disk) {
			if at, found := strings.CutSuffix(name, engineFormat.String()); found && strings.HasPrefix(name, "marker.format-version.") {
				if err := disk.Rename("/store/"+name, "/store/"+at+(engine.FormatNewest+1).String()); err != nil {
					t.Fatal(err)
				}
			}
		}
		wantRefused(t, disk, kv.ErrNewer)
	})
}

func TestOtherFilesAreLeftAlone(t *testing.T) {
	disk := vfs.NewMem()
	if err := disk.MkdirAll("/store", 0o700); err != nil {
		t.Fatal(err)
	}
	overwrite(t, disk, "/store/notes.txt", []byte("mine"))
	wantRefused(t, disk, ErrNoPlace)
	if names := list(t, disk); !slices.Equal(names, []string{"notes.txt"}) {
		t.Errorf("the directory holds %q", names)
	}
}

func TestRootOfAVolumeIsEmpty(t *testing.T) {
	disk := vfs.NewMem()
	if err := disk.MkdirAll("/store/lost+found", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := disk.MkdirAll("/store", 0o700); err != nil {
		t.Fatal(err)
	}
	closeStore(t, openOn(t, disk))
	closeStore(t, openOn(t, disk))
}

func TestUnusableDirectoriesAreErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, kind := range map[string]error{file: ErrNoPlace, file + "/below": ErrNoPlace, "/dev/null": ErrNoPlace, "/proc/enrol": nil} {
		_, err := Open(dir, Options{})
		wantError(t, err, kind)
	}
	disk := vfs.NewMem()
	closeStore(t, openOn(t, disk))
	_, err := open(hooked(disk, func(op errorfs.Op) error {
		if writes(op) {
			return &os.PathError{Op: "open", Path: op.Path, Err: syscall.EROFS}
		}
		return nil
	}), "/store", Options{})
	wantError(t, err, nil)
	if !errors.Is(err, syscall.EROFS) {
		t.Errorf("got %v, want the error of the system", err)
	}
}

// wantRefused checks that the store does not open, and that its files do not
// change, except the lock.
func wantRefused(t *testing.T, disk *vfs.MemFS, kind error) {
	t.Helper()
	before := contents(t, disk)
	s, err := open(disk, "/store", Options{})
	if err == nil {
		closeStore(t, s)
	}
	wantError(t, err, kind)
	after := contents(t, disk)
	for name, data := range before {
		if after[name] != data {
			t.Errorf("%s was changed or removed", name)
		}
	}
}

// wantError checks that an error is of one kind, or of none, and one line with
// the path.
func wantError(t *testing.T, err, kind error) {
	t.Helper()
	if err == nil {
		t.Fatal("got no error")
	}
	for _, other := range []error{kv.ErrInUse, kv.ErrNewer, kv.ErrDamaged, kv.ErrClosed, kv.ErrUnknown, kv.ErrConflict, ErrNoPlace} {
		if errors.Is(err, other) != (other == kind) {
			t.Errorf("got %v, want %v", err, kind)
		}
	}
	if text := err.Error(); !strings.HasPrefix(text, "kv/pebble: /") || strings.Contains(text, "\n") || len(text) > 300 {
		t.Errorf("the error is not one line that says where: %q", text)
	}
}

func list(t *testing.T, disk vfs.FS) []string {
	t.Helper()
	names, err := disk.List("/store")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func contents(t *testing.T, disk *vfs.MemFS) map[string]string {
	t.Helper()
	files := make(map[string]string)
	for _, name := range list(t, disk) {
		if info, err := disk.Stat("/store/" + name); err != nil || info.IsDir() {
			continue
		}
		data, err := disk.UnsafeGetFileDataBuffer("/store/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

func overwrite(t *testing.T, disk vfs.FS, name string, data []byte) {
	t.Helper()
	file, err := disk.Create(name, vfs.WriteCategoryUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Write(data); err != nil {
		t.Fatal(err)
	}
}
