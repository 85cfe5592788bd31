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
	return interruptsOf(c, os.Interrupt, syscall.SIGTERM)
}

// interruptsAndHangup is interrupts for commands that end when their terminal is
// closed. nohup prevents that. SIGHUP is never the second signal, since shells
// and systems may send several, and nobody is there to hurry.
func interruptsAndHangup(c *console) <-chan struct{} {
	if signal.Ignored(syscall.SIGHUP) {
		return interrupts(c)
	}
	return interruptsOf(c, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
}

func interruptsOf(c *console, kinds ...os.Signal) <-chan struct{} {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, kinds...)
	first := make(chan struct{})
	go func() {
		<-signals
		began := time.Now()
		close(first)
		for s := range signals {
			if s != syscall.SIGHUP && time.Since(began) > sameInterrupt {
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
