package main

func verifyCommand() *command {
	cmd := &command{
		name:    "verify",
		args:    "[FILE]",
		summary: "Says whether passwords are right and their owners may log in, one request in a line.",
		details: `
A request is {"username","password","cid","current_app","remote_addr"}, or has
"email" in place of "username"; the last three may be left out. An answer with
the status "ok" has the user. Passwords are secrets, and so are not given as
arguments.
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
