package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/enrol-sso/enrol/host/advice"
)

// newConf is where an sso.conf is written if no place is given.
const newConf = "sso.conf"

func confInitCommand() *command {
	cmd := &command{
		name:    "conf init",
		args:    "[FILE]",
		summary: "Writes an sso.conf to begin with.",
		details: `
Writes FILE, ` + newConf + ` if left out, with what a new installation should say,
and why, in comments. What is yours to decide is marked with DECIDE. A file that
is there is never overwritten. The new one is readable for its owner only, since
the URL of a service may hold a secret.`,
		examples: []string{"enrol conf init", "enrol conf init /etc/enrol/sso.conf && enrol conf lint /etc/enrol/sso.conf"},
	}
	cmd.run = func(c *console, args []string) error {
		args, err := newFlags(cmd).parse(c, args, 0, 1)
		if err != nil {
			return err
		}
		path := append(args, newConf)[0]
		if err := writeNew(path, advice.Recommended()); err != nil {
			return err
		}
		fmt.Fprintf(c.stderr, "enrol: %s is written: decide what is marked with DECIDE, then run enrol conf lint %s\n", path, path)
		return nil
	}
	return cmd
}

// writeNew writes a file that is not there yet. If it cannot, there is none
// afterwards.
func writeNew(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return mistake("%s is there already, and is not overwritten: name another file, or move it away", path)
	}
	if err != nil {
		return mistake("the configuration cannot be written: %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("the configuration cannot be written: %w", errors.Join(err, os.Remove(path)))
	}
	return nil
}
