// Command enrol signs users up: as an HTTP server, or from files and standard
// input. "enrol help" lists its commands.
//
// Its exit status is 0 if everything succeeded, 1 if at least one request was refused,
// fsck or conf lint --strict found something, or health found a server not healthy, 2 for invalid arguments or
// configuration, and 3 for a fault: something outside failed, or there is a bug. An
// error is one line on standard error: what, where, and what to do. Secrets are never
// arguments, because other users of the machine can read those.
package main

import (
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// console is the environment of a command.
type console struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(name string) string
}

func main() {
	// A closed pipe is a write error, not the end of the process.
	signal.Ignore(syscall.SIGPIPE)
	survivesFileSize()
	slog.SetDefault(newLogger(os.Stderr))
	os.Exit(run(&console{os.Stdin, os.Stdout, os.Stderr, os.Getenv}, os.Args[1:]))
}
