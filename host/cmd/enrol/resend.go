package main

func resendCommand() *command {
	cmd := &command{
		name:    "resend",
		args:    "[FILE]",
		summary: "Resends confirmation tokens, one request per line.",
		details: `
A request is {"username","email","cid","current_app","remote_addr"}. The last
three are optional. The token goes to the address of the claim. The answer does
not reveal whether there is such a claim, or whether a message was sent.
` + aboutLines,
		examples: []string{
			`echo '{"username":"ada","email":"ada@example.com"}' | enrol resend --conf sso.conf`,
			"enrol resend --data ./data --conf sso.conf claims.jsonl",
		},
	}
	cmd.run = func(c *console, args []string) error {
		return batchOf(c, cmd, args, purpose{existing: true, deliver: true})
	}
	return cmd
}
