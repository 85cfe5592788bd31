package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// sameInterrupt is how long signals after the first count as the same one: a
// terminal or a container signals the whole group, and npm, make and others pass
// the signal on to the process that got it already.
const sameInterrupt = time.Second

// interrupts returns a channel that the first SIGINT or SIGTERM closes. A second
// one ends the process at once, which loses no answered request.
func interrupts(c *console) <-chan struct{} {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	first := make(chan struct{})
	go func() {
		<-signals
		began := time.Now()
		close(first)
		for range signals {
			if time.Since(began) > sameInterrupt {
				break
			}
		}
		fmt.Fprintln(c.stderr, "enrol: interrupted again: running requests were abandoned")
		os.Exit(exitFault)
	}()
	return first
}

// either returns a channel that is closed when one of two channels is.
func either(one, other <-chan struct{}) <-chan struct{} {
	closed := make(chan struct{})
	go func() {
		select {
		case <-one:
		case <-other:
		}
		close(closed)
	}()
	return closed
}
