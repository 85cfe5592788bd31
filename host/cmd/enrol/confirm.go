package main

func confirmCommand() *command {
	cmd := &command{
		name:    "confirm",
		args:    "[FILE]",
		summary: "Confirms sign-ups, one request per line.",
		details: `
A request is {"confirm_token","cid","current_app","remote_addr"}. The last three
are optional. Tokens are secrets, so they are not arguments. The answers of enrol
signup are valid requests too. The answer to a refused signup has no token, and
is refused again.
` + aboutLines,
		examples: []string{
			`enrol confirm < tokens.jsonl`,
			`enrol confirm --data ./data answers.jsonl`,
			`jq -c 'select(.confirm_token) | {confirm_token}' answers.jsonl | enrol confirm --data ./data`,
		},
	}
	cmd.run = func(c *console, args []string) error {
		return batchOf(c, cmd, args, purpose{existing: true, deliver: true})
	}
	return cmd
}
