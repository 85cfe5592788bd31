//go:build unix

package module

import (
	"io/fs"
	"os"
	"syscall"
)

// ownedByAnother says whether a file belongs to another user than this one.
func ownedByAnother(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) != os.Geteuid()
}
