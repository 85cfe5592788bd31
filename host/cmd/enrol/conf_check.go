package main

import (
	"cmp"
	"errors"
	"slices"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

func confCheckCommand() *command {
	cmd := &command{
		name:    "conf check",
		args:    "FILE",
		summary: "Checks an sso.conf.",
		details: `
Prints errors and warnings on standard output, one per line, as
FILE:line:column: message. Warnings begin with "warning:". The exit status is 2
if there are errors. A file with only warnings can be used.

A service without a URL is an error, because this command cannot call it. A Go
program can provide such a service itself, as a function, and can use a file with
no other errors.

The files that the sso.conf names are checked too. If the password of the mail
server is in ` + smtpPasswordVariable + `, this command needs the variable.`,
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

// usableConf reads a file, or prints its errors.
func usableConf(c *console, path string) (*conf, error) {
	k, err := loadConf(path)
	if bad, ok := errors.AsType[*ssoconf.Error](err); ok {
		return nil, c.printErrors(path, bad.Notices, k.warnings)
	}
	return k, err
}

// printErrors prints the errors and warnings of a file. It returns an error if
// there are errors.
func (c *console) printErrors(path string, bad, warnings []ssoconf.Notice) error {
	printNotices(c.stdout, path, "", bad)
	printNotices(c.stdout, path, "warning: ", warnings)
	if len(bad) == 0 {
		return nil
	}
	return mistake("%s: %s", path, count(len(bad), "error"))
}

// checkConf reports what every command refuses, and then what it warns of.
func checkConf(c *console, path string) error {
	k, err := usableConf(c, path)
	if err != nil {
		return err
	}
	missing := k.missingServices(c, true)
	slices.SortStableFunc(missing, func(a, b ssoconf.Notice) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return c.printErrors(path, missing, k.warnings)
}
