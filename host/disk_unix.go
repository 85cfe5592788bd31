//go:build linux || darwin

package host

import (
	"os"
	"syscall"
)

// noFollow makes opening a symbolic link an error.
const noFollow = syscall.O_NOFOLLOW

// freeBytes returns how many bytes this user can still write to the file system
// of a regular file.
func freeBytes(file *os.File) (free uint64, known bool) {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	var disk syscall.Statfs_t
	if err := syscall.Fstatfs(int(file.Fd()), &disk); err != nil || disk.Blocks == 0 {
		return 0, false // a file system that does not count reports 0 blocks
	}
	blocks := uint64(disk.Bavail)
	if os.Geteuid() == 0 {
		blocks = uint64(disk.Bfree) // including blocks reserved for root
	}
	return blocks * uint64(disk.Bsize), true
}

// duplicate returns another descriptor of an open file. Opening /dev/stdout
// instead fails if it is a socket, as under systemd, or belongs to another
// user.
func duplicate(file *os.File) (*os.File, error) {
	fd, err := syscall.Dup(int(file.Fd()))
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), file.Name()), nil
}
