package main

func resendCommand() *command {
	cmd := &command{
		name:    "resend",
		args:    "[FILE]",
		summary: "Sends other tokens to those who wait for theirs, one request in a line.",
		details: `
A request is {"username","email","cid","current_app","remote_addr"}, where the
last three may be left out. The token goes to the address of the claim. Whether
there is such a claim, and whether its time has come for another message, is not
told: the answer is the same.
` + aboutLines,
		examples: []string{
			`echo '{"username":"ada","email":"ada@example.com"}' | enrol resend --conf sso.conf`,
			"enrol resend --data ./data --conf sso.conf requests.jsonl",
		},
	}
	cmd.run = func(c *console, args []string) error {
		return batchOf(c, cmd, args, purpose{existing: true, deliver: true})
	}
	return cmd
}
