package main

import (
	"math"
	"strconv"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

func deadCommand() *command {
	cmd := &command{
		name:    "dead",
		summary: "Lists the events that failed their last try, one per line.",
		details: `
A line is {"id","user_id","destination","created","tries","reason"}. Pass the ids
to enrol retry.
` + aboutTables + aboutSuperUsers,
		examples: []string{"enrol dead --conf sso.conf"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.operatorFlags(f)
		asJSON := jsonFlag(f)
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		return withOperator(c, at, func(by *operator, stop <-chan struct{}) error {
			return listDead(by, printer(c, *asJSON, deadColumns), stop)
		})
	}
	return cmd
}

// deadColumns are the columns of the list on a terminal.
var deadColumns = columns[signup.DeadEvent]{
	{"ID", func(e signup.DeadEvent) string { return e.ID }},
	{"USER_ID", func(e signup.DeadEvent) string { return e.UserID }},
	{"DESTINATION", func(e signup.DeadEvent) string { return e.Destination }},
	{"CREATED", func(e signup.DeadEvent) string { return e.Created.Format(time.RFC3339) }},
	{"TRIES", func(e signup.DeadEvent) string { return strconv.Itoa(e.Tries) }},
	{"REASON", func(e signup.DeadEvent) string { return e.Reason }},
}

// listDead prints every dead event.
func listDead(by *operator, print func([]signup.DeadEvent) error, stop <-chan struct{}) error {
	return printPages(print, stop, func(cursor string) (listPage[signup.DeadEvent], error) {
		answer, err := ask[signup.DeadResponse](by, "dead", signup.DeadRequest{Limit: pageSize, Cursor: cursor})
		return listPage[signup.DeadEvent]{answer.Response, answer.Events, answer.Cursor}, err
	})
}

func retryCommand() *command {
	cmd := &command{
		name:    "retry",
		args:    "ID…",
		summary: "Retries dead letters.",
		details: `
Takes the ids that enrol dead prints. Prints one answer per line, in the same
order. The receiver gets the same webhook-id as before.
` + aboutSuperUsers,
		examples: []string{
			"enrol retry --conf sso.conf 00/1790069540000/5C9K84EF2J80NR9PN3VXXHACQC",
			"enrol dead --conf sso.conf | jq -r .id | xargs -r enrol retry --conf sso.conf",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.operatorFlags(f)
		ids, err := f.parse(c, args, 1, math.MaxInt)
		if err != nil {
			return err
		}
		return operateOnEach(c, cmd.name, at, purpose{existing: true, deliver: true}, ids, func(id string) ([]byte, error) {
			return signup.RetryRequest{ID: id}.JSON()
		})
	}
	return cmd
}
