package main

import (
	"time"

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
` + aboutTables + aboutSuperUsers,
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
		asJSON := jsonFlag(f)
		f.StringVar(&status, "status", "", "`WHO` to list: to-approve or to-confirm")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		if status != "to-approve" && status != "to-confirm" {
			return mistake("pending: --status must be to-approve or to-confirm; see enrol help pending")
		}
		return withOperator(c, at, func(by *operator, stop <-chan struct{}) error {
			return listPending(by, status, printer(c, *asJSON, pendingColumns), stop)
		})
	}
	return cmd
}

// pendingColumns are the columns of the list on a terminal.
var pendingColumns = columns[signup.PendingUser]{
	{"USER_ID", func(u signup.PendingUser) string { return u.UserID }},
	{"USERNAME", func(u signup.PendingUser) string { return u.Username }},
	{"EMAIL", func(u signup.PendingUser) string { return u.Email }},
	{"DISPLAY_NAME", func(u signup.PendingUser) string { return u.DisplayName }},
	{"SIGN_UP_TIME", func(u signup.PendingUser) string { return u.SignUpTime.Format(time.RFC3339) }},
	{"REMOTE_ADDR", func(u signup.PendingUser) string { return u.RemoteAddr }},
}

// listPending prints every account that waits.
func listPending(by *operator, status string, print func([]signup.PendingUser) error, stop <-chan struct{}) error {
	return printPages(print, stop, func(cursor string) (listPage[signup.PendingUser], error) {
		request := signup.PendingRequest{Status: status, Limit: pageSize, Cursor: cursor}
		answer, err := ask[signup.PendingResponse](by, "pending", request)
		return listPage[signup.PendingUser]{answer.Response, answer.Users, answer.Cursor}, err
	})
}
