//go:build linux || darwin || freebsd

package host

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile waits until no other process has the lock of a file, and takes it. On a
// file system without locks, one process alone may write to an audit file.
func lockFile(file *os.File) (unlock func(), err error) {
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX)
		if err == nil {
			return func() { _ = unix.Flock(int(file.Fd()), unix.LOCK_UN) }, nil
		}
		switch {
		case errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOLCK):
			return func() {}, nil
		case !errors.Is(err, unix.EINTR):
			return nil, err
		}
	}
}
