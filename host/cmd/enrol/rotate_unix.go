//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// rotations returns a channel that receives each SIGUSR1 from now on, which would
// otherwise end the process. Signals that arrive while one is handled count as one.
func rotations() <-chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	return signals
}
