package private

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Open opens a file with a secret for reading. The file must be one of these:
//
//   - a regular file of this user, of which others have no rights at all;
//   - a regular file of root that nobody may write and only be read, such as one
//     of mode 0400, 0440 or 0444, as systemd, Docker and Kubernetes mount secrets;
//   - the same of this user, if its group is one of this process, as Docker mounts
//     secrets with a uid and a gid.
//
// A file of another user is refused in any group, since that user could write to
// it.
//
// Kubernetes mounts them behind symbolic links. Open follows such a link only
// to a file of the second kind, and only if nobody but root could have made any
// step of the way: each link and each directory belongs to root, and others may
// not write to the directories, or may not replace root's files there (the
// sticky bit). It refuses other links.
func Open(path string) (*os.File, error) { return current().open(path) }

// maxSecret bounds a file with a secret, in bytes.
const maxSecret = 8 << 10

// ReadFile returns what a file that Open opens holds, up to 8 KiB, without the
// white space around it.
func ReadFile(path string) (string, error) {
	file, err := Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSecret+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxSecret {
		return "", fmt.Errorf("%s is too large to hold a secret", path)
	}
	return strings.TrimSpace(string(text)), nil
}

func (u users) open(path string) (*os.File, error) {
	found, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	followed := found.Mode()&fs.ModeSymlink != 0
	if followed {
		if err := u.trustWay(path); err != nil {
			return nil, err
		}
		if found, err = os.Stat(path); err != nil {
			return nil, err
		}
	}
	if err := u.secret(path, found, followed); err != nil {
		return nil, err // before opening: opening a pipe waits for a writer
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !os.SameFile(found, info) {
		err = refused(path + " was replaced while it was opened")
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// secret checks a file, found through links or not.
func (u users) secret(path string, info fs.FileInfo, followed bool) error {
	owner, known := OwnerOf(info)
	mode := info.Mode().Perm()
	switch {
	case info.IsDir():
		return refused(path + " is a directory")
	case !info.Mode().IsRegular():
		return refused(path + " is not a regular file")
	case !known:
		return nil
	case slices.Contains(u.roots, owner) && mode&^0o444 == 0:
		return nil
	case !followed && owner == u.self && mode&^0o444 == 0 && u.memberOf(info):
		return nil
	case followed:
		return refused(fmt.Sprintf("%s is a symbolic link to a file that is not root's and read-only (its mode is %04o): name the file itself, or give it the mode 0440", path, mode))
	case owner != u.self:
		return refused(path + " belongs to another user: it must belong to this user, or to root with the mode 0440 or 0444")
	case mode&others == 0:
		return nil
	case mode&^0o444 == 0:
		return refused(fmt.Sprintf("%s can be read by others (its mode is %04o), and its group is not one of this process: run chmod 600 %s, or chgrp", path, mode, path))
	default:
		return refused(fmt.Sprintf("%s can be read or written by others (its mode is %04o): run chmod 600 %s", path, mode, path))
	}
}

// memberOf reports whether the group of a file is one of this process.
func (u users) memberOf(info fs.FileInfo) bool {
	group, known := groupOf(info)
	return known && slices.Contains(u.groups, group)
}

// maxLinks is how many links are followed.
const maxLinks = 40

// trustWay walks a path from the root of the file system, through all links,
// and refuses it if anybody but root could have made a step of it.
func (u users) trustWay(path string) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	root := filepath.VolumeName(absolute) + string(filepath.Separator)
	rest := split(absolute[len(root)-1:])
	at := root
	for links := 0; ; {
		info, err := os.Lstat(at)
		if err != nil {
			return fmt.Errorf("%s is a symbolic link: %w", path, err)
		}
		owner, known := OwnerOf(info)
		switch link := info.Mode()&fs.ModeSymlink != 0; {
		case !known || !slices.Contains(u.roots, owner):
			return refused(fmt.Sprintf("%s is a symbolic link, and %s on its way is not root's: name the file itself", path, at))
		case link:
			if links++; links > maxLinks {
				return refused(path + " is a symbolic link that leads through too many others")
			}
			target, err := os.Readlink(at)
			if err != nil {
				return err
			}
			rest = append(split(target), rest...)
			if at = filepath.Dir(at); filepath.IsAbs(target) {
				at = root
			}
			continue
		case info.IsDir() && info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0:
			return refused(fmt.Sprintf("%s is a symbolic link, and others may write to %s on its way: name the file itself", path, at))
		}
		if len(rest) == 0 {
			return nil
		}
		at, rest = filepath.Join(at, rest[0]), rest[1:]
	}
}

// split returns the elements of a path.
func split(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == filepath.Separator })
}
