package main

import (
	"context"
	"errors"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// closeWithin bounds how long a command waits for running operations at its
// end.
const closeWithin = 30 * time.Second

// aboutLines is part of the help of all batches.
const aboutLines = `
Reads requests from FILE or standard input, one JSON object per line of at most
64 KiB, and writes one answer per line, in the same order. Lines run
concurrently, so no line may depend on an earlier one. Blank lines are skipped.
A longer line gets E008002. SIGINT, SIGTERM or the end of the terminal finishes
the lines that were started, closes the data and reports where to continue.
Another SIGINT or SIGTERM, more than a second later, ends the command at once.`

// batchOf runs a command with the name of an operation, with one request per
// line of its input.
func batchOf(c *console, cmd *command, args []string, why purpose) error {
	var at place
	f := newFlags(cmd)
	at.operatorFlags(f)
	args, err := f.parse(c, args, 0, 1)
	if err != nil {
		return err
	}
	in, err := openInput(c, args)
	if err != nil {
		return err
	}
	defer in.close()
	return operate(c, cmd.name, at, why, in)
}

// operate runs a batch.
func operate(c *console, operation string, at place, why purpose, in *input) (err error) {
	by, err := openOperator(c, at, why)
	if err != nil {
		return err
	}
	stop := interruptsAndHangup(c)
	b := &batch{
		operation: operation,
		perform:   by.run,
		input:     in,
		inputName: in.name,
		output:    c.stdout,
		progress:  newProgress(c, in.size),
		stop:      stop,
		done:      by.done,
	}
	t := b.run()
	if why.deliver && by.local != nil {
		deliver(by.local, stop)
	}
	return worse(b.err(t), by.close())
}

// withOperator runs a command on existing data, without delivering or purging
// meanwhile.
func withOperator(c *console, at place, work func(*operator, <-chan struct{}) error) error {
	by, err := openOperator(c, at, purpose{existing: true})
	if err != nil {
		return err
	}
	stop := interruptsAndHangup(c)
	return worse(work(by, stop), by.close())
}

// deliver delivers committed events, in addition to the engine, which does so
// by itself. It ends when nothing is due, or a service does not accept an
// event, which a later command delivers.
func deliver(open *installation, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		answer, err := open.enrol.Dispatch(context.Background(), signup.DispatchRequest{})
		if err != nil || !answer.More || answer.Failed > 0 || answer.Dead > 0 {
			return
		}
	}
}

// worse joins the errors of the work and of its end; a fault takes precedence.
func worse(work, end error) error {
	if end == nil {
		return work
	}
	if f, ok := errors.AsType[*failure](work); ok && f.status != exitFault {
		return errors.Join(end, errors.New(f.Error()))
	}
	return errors.Join(work, end)
}
