package main

import "fmt"

func helpCommand() *command {
	cmd := &command{
		name:     "help",
		args:     "[COMMAND]",
		summary:  "Says what enrol can do, or how a command is used.",
		examples: []string{"enrol help serve", "enrol serve --help"},
	}
	cmd.run = func(c *console, args []string) error {
		if len(args) == 0 {
			overview(c)
			return nil
		}
		found, rest := find(args)
		if found == nil {
			return unknown(args)
		}
		if len(rest) > 0 {
			return mistake("help: %q is an argument too many", rest[0])
		}
		if found.name == cmd.name {
			cmd.usage(c.stdout, "")
			return nil
		}
		return found.run(c, []string{"--help"})
	}
	return cmd
}

func overview(c *console) {
	fmt.Fprint(c.stdout, "enrol signs users up.\n\nusage: enrol COMMAND [FLAGS]\n\ncommands:\n")
	for _, each := range commands() {
		fmt.Fprintf(c.stdout, "  %-15s %s\n", each.name, each.summary)
	}
	fmt.Fprint(c.stdout, `
Without flags, enrol serve listens on this machine only and keeps what it is
told in ./data, sealed with the key in ./data.key. Keep that key: without it
the data cannot be read.

exit status: 0 all went well, 1 a request was refused, or fsck or conf lint
--strict found something, 2 a mistake in the arguments or the configuration,
3 a fault

examples:
  enrol serve
  enrol signup --data ./data requests.jsonl > answers.jsonl
  enrol conf init && enrol conf lint sso.conf
`)
}
