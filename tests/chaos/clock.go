//go:build linux

package main

import (
	"fmt"
	"time"

	"github.com/enrol-sso/enrol/tests/changed"
)

// aheadBy is how far the clock of one host is ahead of the others.
const aheadBy = 10 * time.Second

// The one place of the host that reads the clock of the machine for the core.
const (
	clockFile = "host/host.go"
	clockLine = "clock:    time.Now,"
)

// buildAhead builds the command with a clock that is ahead. A program in Go asks
// the kernel for the time, and so ignores libraries such as libfaketime.
func buildAhead(dir string) (command string, err error) {
	return changed.Build(".", dir, clockFile, clockLine, fmt.Sprintf("clock: func() time.Time { return time.Now().Add(%d) },", aheadBy))
}
