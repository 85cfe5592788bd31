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
		var at place
		f := newFlags(cmd)
		at.flags(f)
		args, err := f.parse(c, args, 0, 1)
		if err != nil {
			return err
		}
		in, err := openInput(c, args)
		if err != nil {
			return err
		}
		defer in.close()
		return operate(c, "signup", at, purpose{deliver: true}, in)
	}
	return cmd
}
