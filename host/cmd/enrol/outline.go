package main

import (
	"bytes"
	"regexp"
	"strings"
)

// outline is a command with its flags, for texts that are made of the help.
type outline struct {
	*command
	flags []flagHelp
}

// flagHelp is a flag in the help of a command.
type flagHelp struct {
	name  string
	value string // what the flag takes, "" for a flag without a value
	usage string
}

var (
	flagLine = regexp.MustCompile(`^  --([a-z-]+)(?: (.+))?$`)
	spaces   = regexp.MustCompile(`\s+`)
)

// outlines returns every command, in the order of the help, with the flags that
// its help lists.
func outlines(c *console) ([]outline, error) {
	var all []outline
	for _, each := range commands() {
		one := outline{command: each}
		if each.name != "help" { // which has no flags, and no help of its own
			var help bytes.Buffer
			if err := each.run(&console{c.stdin, &help, c.stderr, c.getenv}, []string{"--help"}); err != errHelp {
				return nil, err
			}
			one.flags = flagsIn(help.String())
		}
		all = append(all, one)
	}
	return all, nil
}

// flagsIn reads the flags of a help.
func flagsIn(help string) []flagHelp {
	_, text, _ := strings.Cut(help, "\nflags:\n")
	text, _, _ = strings.Cut(text, "\n\nexamples:")
	var all []flagHelp
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if found := flagLine.FindStringSubmatch(line); found != nil {
			all = append(all, flagHelp{name: found[1], value: found[2]})
		} else if n := len(all); n > 0 {
			all[n-1].usage = strings.TrimSpace(all[n-1].usage + " " + spaces.ReplaceAllString(line, " "))
			all[n-1].usage = spaces.ReplaceAllString(all[n-1].usage, " ")
		}
	}
	return all
}

// brief returns the first part of the usage of a flag, for a list.
func (f flagHelp) brief() string {
	for _, end := range []string{": ", "; ", " (default"} {
		if text, _, ok := strings.Cut(f.usage, end); ok {
			return text
		}
	}
	return f.usage
}
