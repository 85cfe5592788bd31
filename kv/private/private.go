// Package private makes files and directories accessible to their owner alone.
//
// Dir and File take away what others may do with one that is there, and refuse
// one that belongs to another user or is a symbolic link, through which another
// could choose what is opened. Pipe refuses a named pipe of another user. Open and
// ReadFile read a file that holds a secret.
//
// Only the last element of a path is checked: the directories above it may be
// links, and the administrator protects them. On systems without Unix owners
// and modes, only links are refused.
package private

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

const (
	dirMode  fs.FileMode = 0o700
	fileMode fs.FileMode = 0o600
	others   fs.FileMode = 0o077
)

// ErrNotPrivate is matched by errors about a file or directory that others can
// use, or that is of the wrong kind.
var ErrNotPrivate = errors.New("not private")

// refused is an ErrNotPrivate with its own text.
type refused string

func (r refused) Error() string        { return string(r) }
func (r refused) Is(target error) bool { return target == ErrNotPrivate }

// users are the ids of users that may own a file: the user of this process, and
// users that everybody must trust. The groups are those of this process.
type users struct {
	self   int
	groups []int
	roots  []int
}

// Dir returns an error unless an existing directory belongs to this user, and
// sets its mode to 0700 if others have any rights. It returns the previous
// permissions. It refuses a directory that is meant to be shared, such as /tmp,
// which has the sticky bit.
func Dir(path string) (before fs.FileMode, err error) { return current().dir(path) }

// File does the same for a regular file, with the mode 0600.
func File(path string) (before fs.FileMode, err error) { return current().file(path) }

// Pipe returns an error unless a named pipe, which may be behind links, belongs
// to this user or root: another user could read what is written to it. Its mode
// does not change.
func Pipe(path string) error { return current().pipe(path) }

// Tightened reports whether permissions from Dir or File gave others any right.
func Tightened(before fs.FileMode) bool { return before&others != 0 }

// Link reports whether a path is a symbolic link. It is false if the path
// cannot be read.
func Link(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

func (u users) dir(path string) (fs.FileMode, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return 0, err
	case info.Mode()&fs.ModeSymlink != 0:
		return 0, refused(path + " is a symbolic link: name the directory itself")
	case !info.IsDir():
		return 0, refused(path + " is not a directory")
	case info.Mode()&fs.ModeSticky != 0:
		return 0, refused(path + " is a directory that users share (its mode has the sticky bit): name a new directory within it")
	}
	if owner, known := OwnerOf(info); known && owner != u.self {
		return 0, refused(path + " belongs to another user: run as that user, or name another directory, such as a new one within it")
	}
	return tighten(path, info, dirMode)
}

func (u users) file(path string) (fs.FileMode, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return 0, err
	case info.Mode()&fs.ModeSymlink != 0:
		return 0, refused(path + " is a symbolic link: name the file itself")
	case !info.Mode().IsRegular():
		return 0, refused(path + " is not a regular file")
	}
	if owner, known := OwnerOf(info); known && owner != u.self {
		return 0, refused(path + " belongs to another user: run as that user, or name another file")
	}
	return tighten(path, info, fileMode)
}

func (u users) pipe(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeNamedPipe == 0:
		return refused(path + " is not a named pipe")
	}
	if owner, known := OwnerOf(info); known && owner != u.self && !slices.Contains(u.roots, owner) {
		return refused(path + " belongs to another user: run as that user, or name another pipe")
	}
	return nil
}

// tighten removes the rights of others. A file system without modes may ignore
// it.
func tighten(path string, info fs.FileInfo, mode fs.FileMode) (before fs.FileMode, err error) {
	before = info.Mode().Perm()
	if _, known := OwnerOf(info); !known || before&others == 0 {
		return before, nil
	}
	if err := os.Chmod(path, mode); err != nil {
		return before, err
	}
	if info, err = os.Lstat(path); err != nil {
		return before, err
	}
	if now := info.Mode().Perm(); now&others != 0 {
		return before, refused(fmt.Sprintf("%s can be used by others (its mode is %04o, and stays that)", path, now))
	}
	return before, nil
}
