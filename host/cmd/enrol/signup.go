package main

func signupCommand() *command {
	cmd := &command{
		name:    "signup",
		args:    "[FILE]",
		summary: "Signs up users, one request in a line.",
		details: `
A request is {"ctx":{"username","password","email","app_list",…},"cid",
"current_app","remote_addr"}, where the last three may be left out. An answer
has a confirm_token, which goes to the owner of the e-mail address and to nobody
else.
` + aboutLines,
		examples: []string{
			`echo '{"ctx":{"username":"ada","password":"correct horse","email":"ada@example.com","app_list":["CRM"]}}' | enrol signup`,
			"enrol signup --data ./data --conf sso.conf requests.jsonl > answers.jsonl",
		},
	}
	cmd.run = func(c *console, args []string) error {
		return batchOf(c, cmd, args, purpose{deliver: true})
	}
	return cmd
}
