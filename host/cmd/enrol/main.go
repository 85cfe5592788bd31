// Command enrol signs users up: as a server over HTTP, or from files and
// standard input. "enrol help" lists what it can do.
//
// Its exit status is 0 if all went well, 1 if at least one request was refused,
// or fsck or conf lint --strict found something, 2 for a mistake in the arguments or the
// configuration, and 3 for a fault: something outside failed, or there is a
// bug. An error is one line on standard error that says what, where and what to
// do. Secrets are never arguments, which others on the machine could read.
package main

import (
	"io"
	"os"
	"os/signal"
	"syscall"
)

// console is what a command has around it.
type console struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(name string) string
}

func main() {
	// A reader that goes away is an error of writing, not the end at once.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(&console{os.Stdin, os.Stdout, os.Stderr, os.Getenv}, os.Args[1:]))
}
