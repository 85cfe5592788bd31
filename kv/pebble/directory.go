package pebble

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv"
)

const lockFile = "LOCK"

// content is the kind of content of a directory.
type content int

const (
	nothing content = iota
	unfinished
	made
)

// survey inspects a directory without changing it. It refuses a directory with
// other content than a store.
func survey(disk vfs.FS, dir string) (content, error) {
	info, err := disk.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nothing, nil
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return nothing, fmt.Errorf("%w: %w", ErrNoPlace, err)
	}
	if err != nil {
		return nothing, err
	}
	if !info.IsDir() {
		return nothing, fmt.Errorf("%w: it is a file; name a directory", ErrNoPlace)
	}
	names, err := disk.List(dir)
	if err != nil {
		return nothing, err
	}
	if slices.Contains(names, formatFile) {
		return made, nil
	}
	if slices.Contains(names, makingFile) {
		return unfinished, nil
	}
	if slices.Contains(names, restoringName) {
		return nothing, fmt.Errorf("%w: a restore was interrupted here; repeat it", ErrNoPlace)
	}
	foreign := ""
	for _, name := range names {
		switch {
		case name == lockFile || name == "lost+found": // the root of a volume has the latter
		case strings.HasPrefix(name, "MANIFEST-") || strings.HasPrefix(name, "marker."):
			return nothing, damage("there is a database, but no file " + formatFile)
		default:
			foreign = name
		}
	}
	if foreign != "" {
		return nothing, fmt.Errorf("%w: it holds other files, such as %q, and no store; name an empty or a new directory", ErrNoPlace, foreign)
	}
	return nothing, nil
}

// makeDir creates the directory and its parents, so that they survive a crash.
// Only the owner may read it.
func makeDir(disk vfs.FS, dir string) error {
	var above []string
	for at := dir; ; at = disk.PathDir(at) {
		_, err := disk.Stat(at)
		if err == nil || disk.PathDir(at) == at {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		above = append(above, disk.PathDir(at))
	}
	if len(above) == 0 {
		return nil
	}
	if err := disk.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, parent := range above {
		if err := syncDir(disk, parent); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes the rest of a store whose creation was interrupted. The
// directory was empty before.
func sweep(disk vfs.FS, dir string) error {
	names, err := disk.List(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == lockFile || name == makingFile || name == "lost+found" {
			continue
		}
		if err := disk.Remove(disk.PathJoin(dir, name)); err != nil {
			return err
		}
	}
	return syncDir(disk, dir)
}

func syncDir(disk vfs.FS, dir string) error {
	file, err := disk.OpenDir(dir)
	if err != nil {
		return err
	}
	err = file.Sync()
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}

// inUse reports whether locking a directory failed because it is already
// locked. The file system returns one of these numbers if another process holds
// the lock, and a text if this process does.
func inUse(err error) bool {
	if _, named := errors.AsType[*fs.PathError](err); named {
		return false
	}
	return errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) ||
		strings.Contains(err.Error(), "lock held by current process")
}

func locked() error {
	return fmt.Errorf("%w; end that process, or name another directory", kv.ErrInUse)
}

// readFile reads one of our own files, which are all short.
func readFile(disk vfs.FS, name string) (string, error) {
	file, err := disk.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(file, most))
	return string(text), err
}

// writeFile creates a file and syncs it, but not its directory.
func writeFile(disk vfs.FS, name, text string) error {
	file, err := disk.Create(name, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = file.Write([]byte(text))
	if err == nil {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}
