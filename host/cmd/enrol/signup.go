package main

func signupCommand() *command {
	cmd := &command{
		name:    "signup",
		args:    "[FILE]",
		summary: "Signs up users, one request per line.",
		details: `
A request is {"username","password","email","app_list",…,"cid","current_app",
"remote_addr"}, as over HTTP. The last three are optional. The account's members
may also be inside "ctx". An answer has a confirm_token. Send it to the owner of
the e-mail address and to nobody else.
` + aboutLines,
		examples: []string{
			`echo '{"username":"ada","password":"correct horse","email":"ada@example.com","app_list":["CRM"]}' | enrol signup`,
			"enrol signup --data ./data --conf sso.conf requests.jsonl > answers.jsonl",
		},
	}
	cmd.run = func(c *console, args []string) error {
		return batchOf(c, cmd, args, purpose{deliver: true})
	}
	return cmd
}
