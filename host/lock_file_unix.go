//go:build linux || darwin || freebsd

package host

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile waits until no other process has the lock of a file, and takes it.
func lockFile(file *os.File) (unlock func(), err error) {
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX)
		if err == nil {
			return func() { _ = unix.Flock(int(file.Fd()), unix.LOCK_UN) }, nil
		}
		if !errors.Is(err, unix.EINTR) {
			return nil, err
		}
	}
}
