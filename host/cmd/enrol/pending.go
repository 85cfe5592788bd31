package main

import (
	"io"

	"github.com/enrol-sso/enrol/signup"
)

func pendingCommand() *command {
	cmd := &command{
		name:    "pending",
		args:    "--status to-approve|to-confirm",
		summary: "Lists accounts awaiting confirmation or approval, one per line.",
		details: `
to-approve lists confirmed accounts that wait for enrol approve or reject,
to-confirm lists sign-ups that wait for their token. A line is
{"user_id","username","email","display_name","sign_up_time","remote_addr"}.
` + aboutSuperUsers,
		examples: []string{
			"enrol pending --status to-approve",
			"enrol pending --status to-confirm --data ./data | wc -l",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var status string
		f := newFlags(cmd)
		at.operatorFlags(f)
		f.StringVar(&status, "status", "", "`WHO` to list: to-approve or to-confirm")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		if status != "to-approve" && status != "to-confirm" {
			return mistake("pending: --status must be to-approve or to-confirm; see enrol help pending")
		}
		return withOperator(c, at, func(by *operator, stop <-chan struct{}) error {
			return listPending(by, status, c.stdout, stop)
		})
	}
	return cmd
}

// listPending prints every account that waits.
func listPending(by *operator, status string, out io.Writer, stop <-chan struct{}) error {
	return printPages(out, stop, func(cursor string) (listPage[signup.PendingUser], error) {
		request := signup.PendingRequest{Status: status, Limit: pageSize, Cursor: cursor}
		answer, err := ask[signup.PendingResponse](by, "pending", request)
		return listPage[signup.PendingUser]{answer.Response, answer.Users, answer.Cursor}, err
	})
}
