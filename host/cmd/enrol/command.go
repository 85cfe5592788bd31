package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// command is one command of enrol.
type command struct {
	name     string // one word or two
	args     string // as in the usage
	summary  string // one line
	details  string // the rest of the help
	examples []string
	run      func(c *console, args []string) error
}

// commands lists all of them, in the order of the help.
func commands() []*command {
	return []*command{
		serveCommand(), signupCommand(), validateCommand(), confirmCommand(), resendCommand(),
		pendingCommand(), searchCommand(), approveCommand(), rejectCommand(), lockCommand(), unlockCommand(), eraseCommand(), verifyCommand(), getCommand(), purgeCommand(), deadCommand(), retryCommand(), countersCommand(), importCommand(), exportCommand(), backupCommand(), restoreCommand(),
		confInitCommand(), confCheckCommand(), confExplainCommand(), confLintCommand(), fsckCommand(), healthCommand(), auditKeyCommand(), auditVerifyCommand(), auditCheckpointsCommand(), auditCommand(), webhookSecretCommand(), completionCommand(), manCommand(), versionCommand(), helpCommand(),
	}
}

// run runs the command that the arguments name, and returns the exit status.
func run(c *console, args []string) (status int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintln(c.stderr, "enrol: a bug: "+oneLine(fmt.Sprint(p)))
			status = exitFault
		}
	}()
	out := &output{Writer: c.stdout}
	inner := &console{c.stdin, out, c.stderr, c.getenv}
	return report(inner, out.check(dispatch(inner, args)))
}

func dispatch(c *console, args []string) error {
	if len(args) == 0 {
		return mistake("no command: run enrol help to list the commands")
	}
	if slices.Contains([]string{"-h", "-help", "--help"}, args[0]) {
		args = append([]string{"help"}, args[1:]...)
	}
	if args[0] == "--version" {
		args = []string{"version"}
	}
	found, rest := find(args)
	if found == nil && len(args) == 2 && slices.Contains([]string{"-h", "-help", "--help", "help"}, args[1]) {
		return dispatch(c, []string{"help", args[0]})
	}
	if found == nil {
		return unknown(args)
	}
	return found.run(c, rest)
}

// find returns the command that arguments begin with, and the remaining
// arguments.
func find(args []string) (*command, []string) {
	for _, candidate := range commands() {
		words := strings.Fields(candidate.name)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) {
			return candidate, args[len(words):]
		}
	}
	return nil, args
}

// group returns the two-word commands that begin with word.
func group(word string) []*command {
	var all []*command
	for _, candidate := range commands() {
		if strings.HasPrefix(candidate.name, word+" ") {
			all = append(all, candidate)
		}
	}
	return all
}

func unknown(args []string) error {
	var longer []string
	for _, candidate := range group(args[0]) {
		longer = append(longer, "enrol "+candidate.name+" "+candidate.args)
	}
	if len(longer) > 0 {
		return mistake("%s needs a second word: %s", args[0], strings.Join(longer, ", "))
	}
	return mistake("unknown command %q: run enrol help to list the commands", args[0])
}

// usage writes the help of a command; flags is the part about its flags.
func (c *command) usage(out io.Writer, flags string) {
	fmt.Fprintf(out, "usage: %s\n\n%s\n", strings.TrimSpace("enrol "+c.name+" "+c.args), c.summary)
	if c.details != "" {
		fmt.Fprintf(out, "\n%s\n", strings.TrimSpace(c.details))
	}
	if flags != "" {
		fmt.Fprintf(out, "\nflags:\n%s", flags)
	}
	if len(c.examples) > 0 {
		fmt.Fprintf(out, "\nexamples:\n")
		for _, example := range c.examples {
			fmt.Fprintf(out, "  %s\n", example)
		}
	}
}
