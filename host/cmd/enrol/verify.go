package main

func verifyCommand() *command {
	cmd := &command{
		name:    "verify",
		args:    "[FILE]",
		summary: "Checks login passwords, one request per line.",
		details: `
A request is {"username","password","cid","current_app","remote_addr"}, or has
"email" in place of "username". The last three are optional. An answer with the
status "ok" has the user. Passwords are secrets, so they are not arguments.
` + aboutLines,
		examples: []string{
			`enrol verify < logins.jsonl`,
			"enrol verify --data ./data --conf sso.conf logins.jsonl",
		},
	}
	cmd.run = func(c *console, args []string) error {
		return batchOf(c, cmd, args, purpose{existing: true})
	}
	return cmd
}
