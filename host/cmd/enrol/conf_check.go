package main

import (
	"cmp"
	"errors"
	"slices"

	"github.com/enrol-sso/enrol/signup"
)

func confCheckCommand() *command {
	cmd := &command{
		name:    "conf check",
		args:    "FILE",
		summary: "Checks an sso.conf.",
		details: `
Prints what is wrong or doubtful on standard output, each in a line like
FILE:line:column: message. Warnings begin with "warning:". The exit status is 2
if there are errors; a file with warnings only can be used.`,
		examples: []string{"enrol conf check sso.conf"},
	}
	cmd.run = func(c *console, args []string) error {
		args, err := newFlags(cmd).parse(c, args, 1, 1)
		if err != nil {
			return err
		}
		return checkConf(c, args[0])
	}
	return cmd
}

// usableConf reads a file, or prints what keeps it from being used.
func usableConf(c *console, path string) (*conf, error) {
	k, err := loadConf(path)
	if bad, ok := errors.AsType[*signup.ConfigError](err); ok {
		printNotices(c.stdout, path, "", bad.Notices)
		printNotices(c.stdout, path, "warning: ", k.warnings)
		return nil, mistake("%s: %s", path, count(len(bad.Notices), "error"))
	}
	return k, err
}

func checkConf(c *console, path string) error {
	k, err := usableConf(c, path)
	if err != nil {
		return err
	}
	warnings := append(k.warnings, k.missingServices()...)
	slices.SortStableFunc(warnings, func(a, b signup.Notice) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	printNotices(c.stdout, path, "warning: ", warnings)
	return nil
}
