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
		return operate(c, "confirm", at, purpose{existing: true, deliver: true}, in)
	}
	return cmd
}
