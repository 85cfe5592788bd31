package main

import (
	"fmt"

	"github.com/enrol-sso/enrol/host/internal/advice"
	"github.com/enrol-sso/enrol/host/internal/printout"
)

func confLintCommand() *command {
	cmd := &command{
		name:    "conf lint",
		args:    "FILE",
		summary: "Reports weak, unused and contradictory settings of an sso.conf.",
		details: `
Checks a valid sso.conf against NIST SP 800-63B-4, OWASP ASVS 5.0.0 and the OWASP
Password Storage Cheat Sheet, and for settings without effect and settings that
contradict each other. Prints one finding per line, as
FILE:line:column: severity: message [rule; clause]. The severity is:

  high    a requirement is not met
  medium  a recommendation is not met, or two settings contradict each other
  low     a setting has no effect, or you must decide

With --json, prints one object per line: {"severity","rule","key","line",
"column","message","clause"}.

The exit status is 0, with or without findings, or 2 if the file has errors.
With --strict it is 1 if there are findings of high or medium severity.

Some rules always hold and need no setting: lengths are counted in code points
after normalisation, nothing is truncated, and salts are random.`,
		examples: []string{"enrol conf lint sso.conf", "enrol conf lint --strict sso.conf || exit"},
	}
	cmd.run = func(c *console, args []string) error {
		f := newFlags(cmd)
		strict := f.Bool("strict", false, "exit with 1 if there are findings of high or medium severity")
		path, findings, err := advise(c, f, args, advice.Lint, printout.Findings)
		if err != nil {
			return err
		}
		if n := printout.Serious(findings); *strict && n > 0 {
			return &failure{exitRefused, fmt.Errorf("%s: %s of high or medium severity", path, count(n, "finding"))}
		}
		return nil
	}
	return cmd
}
