package main

import (
	"fmt"
	"io"

	"github.com/enrol-sso/enrol/host/advice"
)

func confLintCommand() *command {
	cmd := &command{
		name:    "conf lint",
		args:    "FILE",
		summary: "Finds what is weak, dead or contradictory in an sso.conf.",
		details: `
Measures an sso.conf that can be used against NIST SP 800-63B-4, OWASP ASVS 5.0.0
and the OWASP Password Storage Cheat Sheet, and finds settings that have no
effect or contradict each other. Each finding is a line like
FILE:line:column: severity: message [rule; clause]. The severity is "high" where
a requirement is not met, "medium" where a recommendation is not met or two
settings contradict each other, and "low" for what has no effect or is yours to
decide. With --json each is a line like {"severity","rule","key","line",
"column","message","clause"}.

The exit status is 0 whatever is found, and 2 if the file has errors. With
--strict it is 1 if something high or medium was found.

What the configuration cannot change needs no finding: lengths are counted in
code points after normalisation, nothing is cut off, salts are random.`,
		examples: []string{"enrol conf lint sso.conf", "enrol conf lint --strict sso.conf || exit"},
	}
	cmd.run = func(c *console, args []string) error {
		f := newFlags(cmd)
		strict := f.Bool("strict", false, "let the exit status be 1 if something high or medium is found")
		path, findings, err := advise(c, f, args, advice.Lint, printAdvice)
		if err != nil {
			return err
		}
		if n := serious(findings); *strict && n > 0 {
			return &failure{exitRefused, fmt.Errorf("%s: %s of high or medium severity", path, count(n, "finding"))}
		}
		return nil
	}
	return cmd
}

// serious counts the findings that --strict is about.
func serious(findings []advice.Finding) int {
	n := 0
	for _, finding := range findings {
		if finding.Severity != advice.Low {
			n++
		}
	}
	return n
}

// printAdvice writes findings for people.
func printAdvice(out io.Writer, path string, findings []advice.Finding) error {
	for _, f := range findings {
		place, source := path, f.Rule
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", path, f.Line, f.Column)
		}
		if f.Clause != "" {
			source += "; " + f.Clause
		}
		if _, err := fmt.Fprintln(out, oneLine(fmt.Sprintf("%s: %s: %s [%s]", place, f.Severity, f.Message, source))); err != nil {
			return err
		}
	}
	return nil
}
