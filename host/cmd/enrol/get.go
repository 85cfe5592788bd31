package main

import "github.com/enrol-sso/enrol/signup"

func getCommand() *command {
	cmd := &command{
		name:    "get",
		args:    "[FILE]",
		summary: "Shows accounts.",
		details: `
With --user-id or --username, shows one account. Otherwise a request is
{"user_id"} or {"username"}, with an optional "cid".
` + aboutLines,
		examples: []string{
			"enrol get --username ada",
			`echo '{"username":"ada"}' | enrol get --data ./data`,
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var request signup.GetRequest
		f := newFlags(cmd)
		at.operatorFlags(f)
		f.StringVar(&request.UserID, "user-id", "", "`ID` of the one account to show")
		f.StringVar(&request.Username, "username", "", "`NAME` of the one account to show")
		args, err := f.parse(c, args, 0, 1)
		if err != nil {
			return err
		}
		in, err := getInput(c, request, args)
		if err != nil {
			return err
		}
		defer in.close()
		return operate(c, "get", at, purpose{existing: true}, in)
	}
	return cmd
}

// getInput returns the input that the flags describe, if any.
func getInput(c *console, request signup.GetRequest, args []string) (*input, error) {
	switch {
	case request == signup.GetRequest{}:
		return openInput(c, args)
	case request.UserID != "" && request.Username != "":
		return nil, mistake("get: --user-id and --username exclude each other: give one of them")
	case len(args) > 0:
		return nil, mistake("get: unexpected argument %q with --user-id or --username", args[0])
	}
	text, err := request.JSON()
	if err != nil {
		return nil, mistake("get: %w", err)
	}
	return argumentsInput(string(text)), nil
}
