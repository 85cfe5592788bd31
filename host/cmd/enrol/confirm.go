package main

func confirmCommand() *command {
	cmd := &command{
		name:    "confirm",
		args:    "[FILE]",
		summary: "Confirms signups, one request in a line.",
		details: `
A request is {"confirm_token","cid","current_app","remote_addr"}, where the last
three may be left out. Tokens are secrets, and so are not given as arguments.
` + aboutLines,
		examples: []string{
			`enrol confirm < tokens.jsonl`,
			`jq -c '{confirm_token}' answers.jsonl | enrol confirm --data ./data`,
		},
	}
	cmd.run = func(c *console, args []string) error {
		return batchOf(c, cmd, args, purpose{existing: true, deliver: true})
	}
	return cmd
}
