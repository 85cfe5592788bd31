package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// interrupts returns a channel that the first SIGINT or SIGTERM closes. The
// second one ends the process at once, which loses nothing that was answered.
func interrupts(c *console) <-chan struct{} {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	first := make(chan struct{})
	go func() {
		<-signals
		close(first)
		<-signals
		fmt.Fprintln(c.stderr, "enrol: interrupted again: requests under way were given up")
		os.Exit(exitFault)
	}()
	return first
}
