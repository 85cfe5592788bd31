package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// window is how many requests of a batch run, or wait to be written, at once.
// It bounds memory, and is enough for commits to share the syncs of the disk.
const window = 64

// batch runs an operation for every line of an input. Blank lines are skipped.
// Every other line gets one answer line, in the order of the input, although
// lines run concurrently.
type batch struct {
	operation string
	perform   func(operation string, request []byte) (signup.Response, []byte)
	input     io.Reader
	inputName string // for errors
	output    io.Writer
	progress  *progress
	stop      <-chan struct{} // closed: somebody wants no more lines to be started
	done      <-chan struct{} // closed: no more lines can be done
}

// tally counts the results of a batch.
type tally struct {
	lines       int // processed, blank ones included
	requests    int
	refused     int
	faults      int
	fault       string // the first one
	faultLine   int    // its line
	interrupted bool
	cut         bool // no more lines could be done
	readErr     error
	writeErr    error
	unwritten   int // the first line whose answer was not written
}

// job is a line in progress.
type job struct {
	line
	done chan result
}

// result is an answer with the members that all answers share.
type result struct {
	response signup.Response
	answer   []byte
}

// run processes the input until it ends, stop or done is closed, or the answers
// cannot be written. It always finishes the lines that it started.
func (b *batch) run() *tally {
	broken := make(chan struct{})
	var begun tally
	order := make(chan job, window)
	go func() {
		defer close(order)
		b.begin(order, broken, &begun)
	}()
	t := &tally{}
	for j := range order {
		r := <-j.done
		t.add(j.number, r.response)
		if t.writeErr == nil {
			if _, t.writeErr = b.output.Write(append(r.answer, '\n')); t.writeErr != nil {
				t.unwritten = j.number
				close(broken)
			}
		}
		b.progress.update(j.end, t)
	}
	b.progress.clear()
	t.lines, t.interrupted, t.cut, t.readErr = begun.lines, begun.interrupted, begun.cut, begun.readErr
	return t
}

// begin reads lines and starts to process them, as many as order has room for.
func (b *batch) begin(order chan<- job, broken <-chan struct{}, t *tally) {
	lines := make(chan line)
	ended := make(chan error, 1)
	left := make(chan struct{})
	defer close(left)
	go func() { // in a goroutine that nobody waits for: reading can take forever
		reader := newLineReader(b.input)
		for {
			l, err := reader.next()
			if err != nil {
				ended <- err
				return
			}
			select {
			case lines <- l:
			case <-left:
				return
			}
		}
	}()
	for {
		select {
		case <-b.stop:
			t.interrupted = true
			return
		case <-b.done:
			t.cut = true
			return
		case <-broken:
			return
		default:
		}
		select {
		case <-b.stop:
		case <-b.done:
		case <-broken:
		case l := <-lines:
			t.lines = l.number
			if !l.blank() {
				j := job{l, make(chan result, 1)}
				go func() { j.done <- b.answer(j.line) }()
				order <- j
			}
		case err := <-ended:
			if !errors.Is(err, io.EOF) {
				t.readErr = err
			}
			return
		}
	}
}

func (b *batch) answer(l line) result {
	if l.tooLong() {
		return tooLong()
	}
	text := l.text
	if b.operation == "confirm" {
		var refused *signup.Response
		if text, refused = confirmRequest(text); refused != nil {
			return answered(*refused)
		}
	}
	for {
		response, answer := b.perform(b.operation, text)
		if !isBusy(response) || !b.pause(time.Duration(response.RetryAfter)*time.Second) {
			return result{response, answer}
		}
	}
}

// isBusy reports whether a server did nothing because too many passwords wait to be
// hashed there. On its own data, a command waits for its turn instead.
func isBusy(response signup.Response) bool {
	return response.RetryAfter > 0 && slices.Contains(response.SubStatus, signup.Busy)
}

// pause waits, and reports false if the batch ends meanwhile.
func (b *batch) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-b.stop:
	case <-b.done:
	}
	return false
}

func tooLong() result {
	response := signup.Response{
		CID:       host.NewCID(),
		Status:    signup.StatusError,
		SubStatus: []signup.Code{signup.InvalidInput},
		Message:   fmt.Sprintf("the line is longer than %d bytes", maxLine),
	}
	return answered(response)
}

// answered is a response that does not come from the core.
func answered(response signup.Response) result {
	answer, err := json.Marshal(response)
	if err != nil {
		panic("a response cannot be encoded") // it contains only strings
	}
	return result{response, answer}
}

func (t *tally) add(line int, response signup.Response) {
	t.requests++
	fault := response.Fault
	if fault == "" && isBusy(response) {
		fault = fmt.Sprintf("the server is busy: too many passwords wait to be hashed there, try again in %d s", response.RetryAfter)
	}
	switch {
	case fault != "":
		t.faults++
		if t.fault == "" {
			t.fault, t.faultLine = fault, line
		}
	case !response.OK():
		t.refused++
	}
}

// err is the error of a batch, which sets the exit status. It always says which
// lines were not done.
func (b *batch) err(t *tally) error {
	failed := ""
	if t.faults > 0 {
		failed = fmt.Sprintf("%d of %s failed with a fault and can be repeated, the first in line %d: %s", t.faults, count(t.requests, "request"), t.faultLine, t.fault)
	}
	var err error
	switch {
	case t.writeErr != nil:
		err = fmt.Errorf("the answers cannot be written: %w: %s processed; answers from line %d on were not written",
			t.writeErr, lines(t.lines), t.unwritten)
	case t.readErr != nil:
		err = fmt.Errorf("%s cannot be read: %w: %s processed and answered", b.inputName, t.readErr, lines(t.lines))
	case t.cut && t.faults > 0:
		return fmt.Errorf("%s; lines from %d on were not begun", failed, t.lines+1)
	case t.cut:
		return fmt.Errorf("the data cannot be used any longer: %s processed and answered, continue with line %d", lines(t.lines), t.lines+1)
	case t.interrupted:
		err = fmt.Errorf("interrupted: %s processed and answered, continue with line %d", lines(t.lines), t.lines+1)
	case t.faults > 0:
		return errors.New(failed)
	case t.refused > 0:
		return &failure{exitRefused, fmt.Errorf("%d of %s refused", t.refused, were(t.requests))}
	}
	if err != nil && t.faults > 0 {
		return fmt.Errorf("%w; %s", err, failed)
	}
	return err
}

// lines is a number of lines with its verb.
func lines(n int) string {
	if n == 1 {
		return "1 line was"
	}
	return fmt.Sprintf("%d lines were", n)
}

func were(n int) string {
	if n == 1 {
		return "1 request was"
	}
	return fmt.Sprintf("%d requests were", n)
}
