package main

import (
	"fmt"
	"io"
	"runtime/debug"
	"strings"
)

func manCommand() *command {
	cmd := &command{
		name:     "man",
		summary:  "Prints the manual page, in the form that man reads.",
		examples: []string{"enrol man > enrol.1"},
	}
	cmd.run = func(c *console, args []string) error {
		if _, err := newFlags(cmd).parse(c, args, 0, 0); err != nil {
			return err
		}
		all, err := outlines(c)
		if err != nil {
			return err
		}
		writeManual(c.stdout, buildOf(debug.ReadBuildInfo()).version, all)
		return nil
	}
	return cmd
}

// roff is a text as man(7) has it: on lines that are no requests, with hyphens
// that can be copied.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(text)
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, ".") {
			line = `\&` + line
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// writeManual writes the help of all commands.
func writeManual(out io.Writer, version string, all []outline) {
	fmt.Fprintf(out, `.TH ENROL 1 "%s" "%s"
.ad l
.SH NAME
enrol \- signs users up
.SH SYNOPSIS
.B enrol
.I COMMAND
.RI [ FLAGS ]
.SH DESCRIPTION
%s
.SH COMMANDS
`, linkedDay, roff("enrol "+version), roff(defaults))
	for _, each := range all {
		fmt.Fprintf(out, ".SS \"%s\"\n%s\n", roff(strings.TrimSpace("enrol "+each.name+" "+each.args)), roff(each.summary))
		for paragraph := range strings.SplitSeq(strings.TrimSpace(each.details), "\n\n") {
			switch {
			case paragraph == "":
			case strings.Contains(paragraph, "\n  ") || strings.HasPrefix(paragraph, "  "): // a table
				fmt.Fprintf(out, ".PP\n.nf\n%s\n.fi\n", roff(paragraph))
			default:
				fmt.Fprintf(out, ".PP\n%s\n", roff(paragraph))
			}
		}
		for _, flag := range each.flags {
			fmt.Fprintf(out, ".TP\n.B \\-\\-%s", roff(flag.name))
			if flag.value != "" {
				fmt.Fprintf(out, " \\fI%s\\fR", roff(flag.value))
			}
			fmt.Fprintf(out, "\n%s\n", roff(flag.usage))
		}
		if len(each.examples) > 0 {
			fmt.Fprintf(out, ".PP\nExamples:\n.PP\n.nf\n.RS\n%s\n.RE\n.fi\n", roff(strings.Join(each.examples, "\n")))
		}
	}
	fmt.Fprint(out, ".SH EXIT STATUS\n")
	for _, each := range exitStatuses {
		fmt.Fprintf(out, ".TP\n.B %d\n%s\n", each.status, roff(each.meaning))
	}
}
