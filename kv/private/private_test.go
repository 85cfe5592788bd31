//go:build unix

package private

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// me owns the files of a test; nobody is another user.
var me = os.Geteuid()

const nobody = 4_294_967

func write(t *testing.T, path string, mode fs.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func mkdir(t *testing.T, path string, mode fs.FileMode) string {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func link(t *testing.T, target, path string) string {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func wantRefused(t *testing.T, what string, err error, text string) {
	t.Helper()
	if !errors.Is(err, ErrNotPrivate) || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %v, want ErrNotPrivate with %q", what, err, text)
	}
}

func TestRightsOfOthersAreRemoved(t *testing.T) {
	dir := t.TempDir()
	for _, mode := range []fs.FileMode{0o755, 0o777, 0o750, 0o701, 0o770} {
		path := mkdir(t, filepath.Join(dir, "d"), mode)
		if before, err := Dir(path); err != nil || before != mode || modeOf(t, path) != 0o700 || !Tightened(before) {
			t.Errorf("directory of mode %o: %o, %v; it is %o now", mode, before, err, modeOf(t, path))
		}
		os.Remove(path)
	}
	for _, mode := range []fs.FileMode{0o644, 0o666, 0o640, 0o620, 0o601} {
		path := write(t, filepath.Join(dir, "f"), mode)
		if before, err := File(path); err != nil || before != mode || modeOf(t, path) != 0o600 || !Tightened(before) {
			t.Errorf("file of mode %o: %o, %v; it is %o now", mode, before, err, modeOf(t, path))
		}
	}
}

func TestPrivateFilesKeepTheirModes(t *testing.T) {
	dir := t.TempDir()
	path := mkdir(t, filepath.Join(dir, "d"), 0o500)
	if before, err := Dir(path); err != nil || Tightened(before) || modeOf(t, path) != 0o500 {
		t.Errorf("directory: %o, %v", before, err)
	}
	path = write(t, filepath.Join(dir, "f"), 0o400)
	if before, err := File(path); err != nil || Tightened(before) || modeOf(t, path) != 0o400 {
		t.Errorf("file: %o, %v", before, err)
	}
}

func TestLinksAndFilesOfOthersAreRefused(t *testing.T) {
	dir := t.TempDir()
	d := mkdir(t, filepath.Join(dir, "d"), 0o755)
	f := write(t, filepath.Join(dir, "f"), 0o644)
	shared := mkdir(t, filepath.Join(dir, "shared"), 0o777|fs.ModeSticky)

	_, err := Dir(link(t, d, filepath.Join(dir, "to-d")))
	wantRefused(t, "a link to a directory", err, "symbolic link")
	_, err = File(link(t, f, filepath.Join(dir, "to-f")))
	wantRefused(t, "a link to a file", err, "symbolic link")
	_, err = Dir(f)
	wantRefused(t, "a file for a directory", err, "not a directory")
	_, err = File(d)
	wantRefused(t, "a directory for a file", err, "not a regular file")
	_, err = Dir(shared)
	wantRefused(t, "a directory like /tmp", err, "share")

	other := users{self: nobody, roots: []int{nobody}}
	_, err = other.dir(d)
	wantRefused(t, "another's directory", err, "another user")
	_, err = other.file(f)
	wantRefused(t, "another's file", err, "another user")
	if modeOf(t, d) != 0o755 || modeOf(t, f) != 0o644 || modeOf(t, shared) != 0o777 {
		t.Error("what was refused was changed")
	}
}

func TestLinksAboveAreFollowed(t *testing.T) {
	dir := t.TempDir()
	mkdir(t, filepath.Join(dir, "volume"), 0o755)
	mkdir(t, filepath.Join(dir, "volume", "data"), 0o755)
	link(t, "volume", filepath.Join(dir, "link"))
	if _, err := Dir(filepath.Join(dir, "link", "data")); err != nil {
		t.Error(err)
	}
}

// opened tries to open a secret, and reads it.
func opened(t *testing.T, as users, path string) error {
	t.Helper()
	file, err := as.open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var text [6]byte
	if _, err := file.Read(text[:]); err != nil || string(text[:]) != "secret" {
		t.Errorf("%s: read %q, %v", path, text, err)
	}
	return nil
}

func TestOwnersAndModesOfSecrets(t *testing.T) {
	dir := t.TempDir()
	info, err := os.Stat(write(t, filepath.Join(dir, "key"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	group, _ := groupOf(info)
	for _, test := range []struct {
		owner string
		as    users
		modes []fs.FileMode
		want  string // in the error, "" for none
	}{
		{"self", users{self: me, roots: []int{nobody}}, []fs.FileMode{0o600, 0o400, 0o700}, ""},
		{"self", users{self: me, roots: []int{nobody}}, []fs.FileMode{0o640, 0o644, 0o604, 0o620, 0o601, 0o440, 0o444}, "chmod 600"},
		{"self", users{self: me, groups: []int{nobody}, roots: []int{nobody}}, []fs.FileMode{0o440, 0o444, 0o404}, "its group is not one of this process"},
		{"self, in its group", users{self: me, groups: []int{nobody, group}, roots: []int{nobody}}, []fs.FileMode{0o600, 0o400, 0o440, 0o444}, ""},
		{"self, in its group", users{self: me, groups: []int{group}, roots: []int{nobody}}, []fs.FileMode{0o640, 0o644, 0o460, 0o446, 0o550, 0o604}, "chmod 600"},
		{"root", users{self: nobody, roots: []int{me}}, []fs.FileMode{0o400, 0o440, 0o444}, ""},
		{"root", users{self: nobody, roots: []int{me}}, []fs.FileMode{0o640, 0o644, 0o660, 0o550}, "another user"},
		{"self, who is root", users{self: me, roots: []int{me}}, []fs.FileMode{0o600, 0o400, 0o440, 0o444}, ""},
		{"self, who is root", users{self: me, roots: []int{me}}, []fs.FileMode{0o640, 0o644, 0o604, 0o620, 0o601}, "chmod 600"},
		{"another", users{self: nobody, groups: []int{group}, roots: []int{nobody + 1}}, []fs.FileMode{0o600, 0o400, 0o440, 0o444, 0o644}, "another user"},
	} {
		for _, mode := range test.modes {
			err := opened(t, test.as, write(t, filepath.Join(dir, "key"), mode))
			if test.want == "" && err != nil {
				t.Errorf("a file of %s with mode %o: %v", test.owner, mode, err)
			} else if test.want != "" {
				wantRefused(t, test.owner, err, test.want)
			}
		}
	}
}

func TestPipeOfAnotherUserIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, link(t, path, filepath.Join(dir, "link"))} {
		for _, as := range []users{{self: me}, {self: nobody, roots: []int{me}}} {
			if err := as.pipe(path); err != nil {
				t.Error(err)
			}
		}
		wantRefused(t, "another's pipe", users{self: nobody, roots: []int{nobody}}.pipe(path), "another user")
	}
	wantRefused(t, "a directory", Pipe(dir), "not a named pipe")
}

func TestOtherThanRegularFilesAreNotOpened(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe") // opening it would wait forever
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(pipe)
	wantRefused(t, "a pipe", err, "not a regular file")
	_, err = Open(dir)
	wantRefused(t, "a directory", err, "is a directory")
	if _, err := Open(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is missing: %v", err)
	}
}

// TestSecretsBehindLinks mounts a secret as Kubernetes does, as the test's
// user, who stands for root.
func TestSecretsBehindLinks(t *testing.T) {
	as := users{self: nobody, roots: []int{0, me}} // 0 owns the directories above
	lay := func(t *testing.T) string {
		volume := mkdir(t, filepath.Join(t.TempDir(), "volume"), 0o777|fs.ModeSticky)
		mkdir(t, filepath.Join(volume, "..2026_11_27"), 0o755)
		write(t, filepath.Join(volume, "..2026_11_27", "key"), 0o440)
		link(t, "..2026_11_27", filepath.Join(volume, "..data"))
		link(t, "..data/key", filepath.Join(volume, "key"))
		return volume
	}
	volume := lay(t)
	if err := opened(t, as, filepath.Join(volume, "key")); err != nil {
		t.Errorf("as it should be: %v", err)
	}
	if err := opened(t, as, link(t, filepath.Join(volume, "key"), filepath.Join(volume, "absolute"))); err != nil {
		t.Errorf("by an absolute link: %v", err)
	}
	for what, spoil := range map[string]func(t *testing.T, volume string){
		"a directory that others may write to": func(t *testing.T, volume string) { os.Chmod(filepath.Join(volume, "..2026_11_27"), 0o777) },
		"a volume without the sticky bit":      func(t *testing.T, volume string) { os.Chmod(volume, 0o777) },
		"a file that can be written":           func(t *testing.T, volume string) { os.Chmod(filepath.Join(volume, "..2026_11_27", "key"), 0o644) },
		"a loop": func(t *testing.T, volume string) {
			os.Remove(filepath.Join(volume, "key"))
			link(t, "key", filepath.Join(volume, "key"))
		},
	} {
		volume := lay(t)
		spoil(t, volume)
		if err := opened(t, as, filepath.Join(volume, "key")); !errors.Is(err, ErrNotPrivate) {
			t.Errorf("%s: %v", what, err)
		}
	}
	wantRefused(t, "a link of another user", opened(t, users{self: nobody, roots: []int{nobody + 1}}, filepath.Join(volume, "key")), "on its way is not root's")
}
