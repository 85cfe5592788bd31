package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/enrol-sso/enrol/host/internal/advice"
)

// newConf is the default path of a new sso.conf.
const newConf = "sso.conf"

func confInitCommand() *command {
	cmd := &command{
		name:    "conf init",
		args:    "[FILE]",
		summary: "Writes an sso.conf to start with.",
		details: `
Writes FILE (default ` + newConf + `) with recommended settings for a new
installation. Comments give the reasons. DECIDE marks the settings that you must
decide. An existing file is never overwritten. Only its owner can read the new
file, since the URL of a service may contain a secret.`,
		examples: []string{"enrol conf init", "enrol conf init new.conf && enrol conf lint new.conf"},
	}
	cmd.run = func(c *console, args []string) error {
		args, err := newFlags(cmd).parse(c, args, 0, 1)
		if err != nil {
			return err
		}
		path := append(args, newConf)[0]
		if err := checkConfPath(path); err != nil {
			return err
		}
		if err := writeNew(path, advice.Recommended()); err != nil {
			return err
		}
		fmt.Fprintf(c.stderr, "enrol: wrote %s: make the decisions marked with DECIDE, then run enrol conf lint %s\n", path, path)
		return nil
	}
	return cmd
}

// writeNew writes a file that does not exist yet. If it fails, it leaves no
// file.
func writeNew(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return mistake("%s already exists and is not overwritten: name another file, or move it away", path)
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
