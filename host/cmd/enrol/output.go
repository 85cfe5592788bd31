package main

import (
	"errors"
	"fmt"
	"io"
)

// output is standard output. It remembers that a write failed, so that no command
// can end as if its output had been written.
type output struct {
	io.Writer
	err error // of the first write that failed
}

func (o *output) Write(text []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.Writer.Write(text)
	o.err = err
	return n, err
}

// check adds the error of a command's output to the error of the command, unless
// it is already in it.
func (o *output) check(err error) error {
	switch {
	case o.err == nil || errors.Is(err, o.err):
		return err
	case errors.Is(err, errHelp):
		err = nil
	}
	return worse(err, fmt.Errorf("the output cannot be written: %w", o.err))
}
