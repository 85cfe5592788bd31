package main

import (
	"fmt"
	"io"

	"github.com/enrol-sso/enrol/host/internal/printout"
)

// advise reads the flags and the sso.conf of a command, and prints advice about
// the file, as text or with --json. It returns the path of the file and the
// advice.
func advise[T any](c *console, f *flags, args []string, about func(text string) ([]T, error), print func(out io.Writer, path string, all []T) error) (path string, all []T, err error) {
	asJSON := f.Bool("json", false, "print one JSON object per line")
	if args, err = f.parse(c, args, 1, 1); err != nil {
		return "", nil, err
	}
	k, err := usableConf(c, args[0])
	if err != nil {
		return "", nil, err
	}
	if all, err = about(k.text); err != nil {
		return "", nil, err
	}
	if *asJSON {
		err = printout.JSON(c.stdout, all)
	} else {
		err = print(c.stdout, k.path, all)
	}
	if err != nil {
		return "", nil, fmt.Errorf("the output cannot be written: %w", err)
	}
	return k.path, all, nil
}
