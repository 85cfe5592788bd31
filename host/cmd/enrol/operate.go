package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// closeWithin bounds how long the end of a command waits for what is under way.
const closeWithin = 30 * time.Second

// aboutLines is what the help of all batches says.
const aboutLines = `
Reads requests from FILE or standard input, one JSON object in a line of at most
64 KiB, and writes one answer in a line for each, in the same order. Lines are
worked on side by side, so none should rely on one before it. Blank lines are
passed over; a longer line is answered with E008002. SIGINT finishes what was
begun and says where to go on.`

// batchOf runs a command whose name is that of an operation, with a request in
// each line of its input.
func batchOf(c *console, cmd *command, args []string, why purpose) error {
	var at place
	f := newFlags(cmd)
	at.flags(f)
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

// operate runs a batch on the data directory.
func operate(c *console, operation string, at place, why purpose, in *input) (err error) {
	k, err := readConf(c, at.conf)
	if err != nil {
		return err
	}
	stop := interrupts(c)
	open, err := openInstallation(c, k, at, why, slog.New(slog.NewTextHandler(c.stderr, nil)))
	if err != nil {
		return err
	}
	b := &batch{
		operation: operation,
		enrol:     open.enrol,
		input:     in,
		inputName: in.name,
		output:    c.stdout,
		progress:  newProgress(c, in.size),
		stop:      stop,
	}
	t := b.run()
	if why.deliver {
		deliver(open, stop)
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return worse(b.err(t), open.close(ctx))
}

// withInstallation opens data that are there, without delivering or purging
// meanwhile, for as long as a command needs them.
func withInstallation(c *console, at place, work func(*installation, <-chan struct{}) error) error {
	k, err := readConf(c, at.conf)
	if err != nil {
		return err
	}
	stop := interrupts(c)
	open, err := openInstallation(c, k, at, purpose{existing: true}, slog.New(slog.NewTextHandler(c.stderr, nil)))
	if err != nil {
		return err
	}
	err = work(open, stop)
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return worse(err, open.close(ctx))
}

// deliver hands what was committed to callback services, beside the engine that
// does so by itself. It ends when nothing is due, or a service does not accept
// what it is sent; that is delivered by a later command.
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

// worse joins how the work and its end went, a fault before all else.
func worse(work, end error) error {
	if end == nil {
		return work
	}
	if f, ok := errors.AsType[*failure](work); ok && f.status != exitFault {
		return errors.Join(end, errors.New(f.Error()))
	}
	return errors.Join(work, end)
}
