package main

import (
	"github.com/enrol-sso/enrol/host/internal/advice"
	"github.com/enrol-sso/enrol/host/internal/printout"
)

func confExplainCommand() *command {
	cmd := &command{
		name:    "conf explain",
		args:    "FILE",
		summary: "Explains every setting of an sso.conf, defaults included.",
		details: `
Prints each setting by section: its value, the origin of the value
(FILE:line:column, or the default of the original or of Enrol) and its meaning.
With --json, prints one object per line: {"key","value","origin","line",
"column","meaning"}. For a file with errors, run enrol conf check.`,
		examples: []string{"enrol conf explain sso.conf", `enrol conf explain --json sso.conf | jq 'select(.origin=="file")'`},
	}
	cmd.run = func(c *console, args []string) error {
		_, _, err := advise(c, newFlags(cmd), args, advice.Explain, printout.Settings)
		return err
	}
	return cmd
}
