package main

import (
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/host/internal/printout"
)

// Exit statuses. A fault takes precedence over a refusal.
const (
	exitOK      = 0
	exitRefused = 1
	exitMistake = 2
	exitFault   = 3
)

// exitStatuses explains them.
var exitStatuses = []struct {
	status  int
	meaning string
}{
	{exitOK, "ok"},
	{exitRefused, "a request was refused, fsck, conf lint --strict or health found a problem"},
	{exitMistake, "invalid arguments or configuration"},
	{exitFault, "a fault"},
}

// failure is an error with its exit status. Any other error is a fault.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// mistake is an error in the arguments or the configuration.
func mistake(format string, args ...any) error {
	return &failure{exitMistake, fmt.Errorf(format, args...)}
}

// report prints an error in one line, and returns the exit status.
func report(c *console, err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errHelp) {
		return exitOK
	}
	c.complain("enrol: " + oneLine(err.Error()))
	if f, ok := errors.AsType[*failure](err); ok {
		return f.status
	}
	return exitFault
}

// oneLine turns a text into one line without control characters.
func oneLine(text string) string { return printout.OneLine(text) }
