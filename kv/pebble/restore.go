package pebble

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// restoringName is the directory of the files of a store that is being restored.
const restoringName = "RESTORING"

// Restore makes the store of a directory from the files of a Checkpoint. The directory
// must be empty or not exist: it fails with ErrNoPlace if anything is there, except
// what an interrupted Restore left, and with kv.ErrInUse if another process restores
// there too.
//
// It calls fill with a new directory, into which that writes and syncs the files, and
// check with the store that they make. An error of either, or files that are no store,
// leave nothing. A store is at the path once everything is on disk, and not before:
// until then, Open refuses the directory.
func Restore(dir string, options Options, fill func(into string) error, check func(*Store) error) error {
	name, err := nameOf(dir)
	if err == nil {
		err = restore(name, options, fill, check)
	}
	if err != nil {
		return fmt.Errorf("kv/pebble: %s: %w", dir, err)
	}
	return nil
}

func restore(dir string, options Options, fill func(into string) error, check func(*Store) error) (err error) {
	disk := vfs.Default
	if err := isVacant(disk, dir); err != nil {
		return err
	}
	out := options.Logger
	if out == nil {
		out = slog.New(slog.DiscardHandler)
	}
	if err := protect(disk, dir, out); err != nil {
		return err
	}
	_, missing := disk.Stat(dir)
	if err := makeDir(disk, dir); err != nil {
		return unwritable(err)
	}
	held, err := disk.Lock(disk.PathJoin(dir, lockFile))
	if err != nil {
		if inUse(err) {
			return locked()
		}
		return unwritable(err)
	}
	own(disk, disk.PathJoin(dir, lockFile))
	if err := isVacant(disk, dir); err != nil { // a store may have been made until the lock was held
		return errors.Join(err, held.Close())
	}
	into := disk.PathJoin(dir, restoringName)
	defer func() {
		removeErr := disk.RemoveAll(into)
		if err != nil && missing != nil { // these fail if another process uses the directory
			_ = disk.Remove(disk.PathJoin(dir, lockFile))
			_ = disk.Remove(dir)
		}
		closeErr := held.Close()
		for _, other := range []error{removeErr, closeErr} {
			if err == nil {
				err = other
			}
		}
	}()
	if err := disk.RemoveAll(into); err != nil {
		return unwritable(err)
	}
	if err := disk.MkdirAll(into, 0o700); err != nil {
		return unwritable(err)
	}
	if err := fill(into); err != nil {
		return err
	}
	if err := try(disk, into, options, check); err != nil {
		return err
	}
	return moveUp(disk, into, dir)
}

// isVacant refuses a directory in which anything is.
func isVacant(disk vfs.FS, dir string) error {
	names, err := disk.List(dir)
	if err != nil {
		_, err = survey(disk, dir) // which says why, and is nil if nothing is there
		return err
	}
	halfMoved := slices.Contains(names, restoringName)
	names = slices.DeleteFunc(names, func(name string) bool {
		return slices.Contains([]string{lockFile, restoringName, "lost+found"}, name)
	})
	if len(names) > 0 && halfMoved {
		return fmt.Errorf("%w: a restore was interrupted here while it moved its files; remove what is there, and repeat it", ErrNoPlace)
	}
	if len(names) > 0 {
		return fmt.Errorf("%w: it is not empty, it has %q; restore into a new directory, or move away what is there", ErrNoPlace, names[0])
	}
	return nil
}

// try opens the store once, and closes it.
func try(disk vfs.FS, dir string, options Options, check func(*Store) error) error {
	if holds, err := survey(disk, dir); err != nil || holds != made {
		return damage("the files are no store")
	}
	store, err := lockAndOpen(disk, dir, options)
	if err != nil {
		return err
	}
	err = check(store)
	if closeErr := store.Close(); err == nil {
		err = closeErr
	}
	return err
}

// moveUp moves the files of a store, the one that makes it a store last.
func moveUp(disk vfs.FS, from, to string) error {
	names, err := disk.List(from)
	if err != nil {
		return err
	}
	move := func(name string) error { return disk.Rename(disk.PathJoin(from, name), disk.PathJoin(to, name)) }
	for _, name := range names {
		if name == lockFile || name == formatFile {
			continue
		}
		if err := move(name); err != nil {
			return err
		}
	}
	if err := syncDir(disk, to); err != nil {
		return err
	}
	if err := move(formatFile); err != nil {
		return err
	}
	return syncDir(disk, to)
}
