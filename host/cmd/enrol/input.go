package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// input is where the requests of a batch come from.
type input struct {
	io.Reader
	name  string
	size  int64 // in bytes, 0 if unknown
	close func() error
}

// openInput opens the file that the arguments name, or standard input.
func openInput(c *console, args []string) (*input, error) {
	if len(args) == 0 || args[0] == "-" {
		if isTerminal(c.stdin) {
			fmt.Fprintln(c.stderr, "enrol: reading requests from the terminal, one per line; Ctrl-D ends them")
		}
		return &input{c.stdin, "standard input", 0, func() error { return nil }}, nil
	}
	file, err := os.Open(args[0])
	if err != nil {
		return nil, mistake("the requests cannot be read: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a directory", args[0])
	}
	if err != nil {
		file.Close()
		return nil, mistake("the requests cannot be read: %w", err)
	}
	in := &input{file, args[0], 0, file.Close}
	if info.Mode().IsRegular() {
		in.size = info.Size()
	}
	return in, nil
}

// argumentsInput is an input whose lines come from the arguments.
func argumentsInput(lines string) *input {
	return &input{strings.NewReader(lines), "the arguments", 0, func() error { return nil }}
}
