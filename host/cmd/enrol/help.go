package main

import "fmt"

func helpCommand() *command {
	cmd := &command{
		name:     "help",
		args:     "[COMMAND]",
		summary:  "Shows the commands, or the help of one.",
		examples: []string{"enrol help serve", "enrol serve --help"},
	}
	cmd.run = func(c *console, args []string) error {
		if len(args) == 0 {
			overview(c)
			return nil
		}
		found, rest := find(args)
		if found == nil && len(args) == 1 && len(group(args[0])) > 0 {
			groupOverview(c, args[0])
			return nil
		}
		if found == nil {
			return unknown(args)
		}
		if len(rest) > 0 {
			return mistake("help: unexpected argument %q", rest[0])
		}
		if found.name == cmd.name {
			cmd.usage(c.stdout, "")
			return nil
		}
		return found.run(c, []string{"--help"})
	}
	return cmd
}

// groupOverview lists the commands with the same first word.
func groupOverview(c *console, word string) {
	fmt.Fprintf(c.stdout, "usage: enrol %s COMMAND\n\ncommands:\n", word)
	for _, each := range group(word) {
		fmt.Fprintf(c.stdout, "  %-15s %s\n", each.name, each.summary)
	}
	fmt.Fprintf(c.stdout, "\nexamples:\n")
	for _, each := range group(word) {
		fmt.Fprintf(c.stdout, "  enrol help %s\n", each.name)
	}
}

// defaults says what the command does without flags.
const defaults = `Without flags, enrol serve listens on this machine only and keeps its data in
./data, sealed with the key in ./data.key. Keep a copy of that key: without it
the data cannot be read.`

func overview(c *console) {
	fmt.Fprint(c.stdout, "enrol signs users up.\n\nusage: enrol COMMAND [FLAGS]\n\ncommands:\n")
	for _, each := range commands() {
		fmt.Fprintf(c.stdout, "  %-15s %s\n", each.name, each.summary)
	}
	fmt.Fprint(c.stdout, "\n"+defaults+"\n\nexit status:\n")
	for _, each := range exitStatuses {
		fmt.Fprintf(c.stdout, "  %d  %s\n", each.status, each.meaning)
	}
	fmt.Fprint(c.stdout, `
examples:
  enrol serve
  enrol signup --data ./data requests.jsonl > answers.jsonl
  enrol conf init && enrol conf lint sso.conf
`)
}
