//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// survivesFileSize makes a write beyond the limit on file sizes (ulimit -f) an
// error, as on a full disk, instead of the end of the process.
func survivesFileSize() { signal.Ignore(syscall.SIGXFSZ) }
