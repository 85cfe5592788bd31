package main

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

func searchCommand() *command {
	cmd := &command{
		name:    "search",
		summary: "Lists the accounts that have everything that the flags ask for, one per line.",
		details: `
Without flags, lists all accounts and claims. A line is what enrol get shows as user.
Void and expired claims are not listed.

With --username, only the usernames that begin with it are read. With --email and
--state final, only the record of the owner of the address is. Anything else reads
all accounts, 1000 at a time, since only accounts that are confirmed have a record of
their address.

A TIME is RFC 3339, such as 2026-11-28T09:00:00Z, or a day, such as 2026-11-28, in
UTC. With --limit, it ends after so many accounts and prints on standard error how to
go on.
` + aboutTables + aboutSuperUsers + `
It has the fields that were asked for, not their values.`,
		examples: []string{
			"enrol search --username ad",
			"enrol search --email ada@example.com --state final",
			"enrol search --since 2026-11-01 --locked --data ./data --json | jq -r .user_id",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var request signup.SearchRequest
		f := newFlags(cmd)
		at.operatorFlags(f)
		asJSON := jsonFlag(f)
		f.StringVar(&request.Username, "username", "", "`PREFIX` of the username")
		f.StringVar(&request.Email, "email", "", "the whole `ADDRESS`")
		f.StringVar(&request.State, "state", "", "`STATE`: before_confirmation or final")
		f.StringVar(&request.ApprovalStatus, "approval", "", "`STATUS` of approval: before_decision or approved")
		locked := f.Bool("locked", false, "whether the account is locked; --locked=false lists the others")
		timeFlag(f, &request.Since, "since", "`TIME` of the sign-up or earlier")
		timeFlag(f, &request.Until, "until", "`TIME` after the sign-up")
		most := f.Int("limit", 0, "list `N` accounts at most (default all)")
		f.StringVar(&request.Cursor, "cursor", "", "`CURSOR` that an earlier run with --limit printed")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		if f.given("locked") {
			request.IsLocked = locked
		}
		switch {
		case request.State != "" && !slices.Contains([]string{"before_confirmation", "final"}, request.State):
			return mistake("search: --state must be before_confirmation or final; see enrol help search")
		case request.ApprovalStatus != "" && !slices.Contains([]string{"before_decision", "approved"}, request.ApprovalStatus):
			return mistake("search: --approval must be before_decision or approved; see enrol help search")
		case *most < 0 || *most == 0 && f.given("limit"):
			return mistake("search: --limit must be at least 1; see enrol help search")
		}
		return withOperator(c, at, func(by *operator, stop <-chan struct{}) error {
			return search(c, by, request, *most, printer(c, *asJSON, userColumns), stop)
		})
	}
	return cmd
}

// userColumns are the columns of the list on a terminal.
var userColumns = columns[signup.User]{
	{"USER_ID", func(u signup.User) string { return u.UserID }},
	{"USERNAME", func(u signup.User) string { return u.Username }},
	{"EMAIL", func(u signup.User) string { return u.Email }},
	{"STATE", func(u signup.User) string { return u.SignUpStatus }},
	{"APPROVAL", func(u signup.User) string { return u.ApprovalStatus }},
	{"LOCKED", func(u signup.User) string { return strconv.FormatBool(u.IsLocked) }},
	{"SIGN_UP_TIME", func(u signup.User) string { return u.SignUpTime.Format(time.RFC3339) }},
}

// search prints the accounts that are found, at most so many, or all if most is 0.
func search(c *console, by *operator, request signup.SearchRequest, most int, print func([]signup.User) error, stop <-chan struct{}) error {
	found, rest := 0, ""
	err := printPages(print, stop, func(cursor string) (listPage[signup.User], error) {
		if cursor != "" {
			request.Cursor = cursor
		}
		request.Limit = pageSize
		if most > 0 {
			request.Limit = min(pageSize, most-found)
		}
		answer, err := ask[signup.SearchResponse](by, "search", request)
		found += len(answer.Users)
		if most > 0 && found >= most {
			rest, answer.Cursor = answer.Cursor, ""
		}
		return listPage[signup.User]{answer.Response, answer.Users, answer.Cursor}, err
	})
	if err == nil && rest != "" {
		fmt.Fprintf(c.stderr, "enrol: there can be more: go on with --cursor %s\n", oneLine(rest))
	}
	return err
}
