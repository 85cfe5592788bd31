package main

import (
	"math"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// aboutSuperUsers is part of the help of commands for super-users.
const aboutSuperUsers = `
Anyone who can read the data and its key is a super-user, so no name is needed.
The audit trail names the user who ran the command, as uid:1000.`

func approveCommand() *command {
	cmd := &command{
		name:    "approve",
		args:    "USER_ID…",
		summary: "Approves accounts, so that their owners can log in.",
		details: `
Each account must be confirmed. Prints one answer per line, in the same order.
Owners with an address get the welcome message, if the sso.conf enables it.
Approving an approved account does nothing.
` + aboutSuperUsers,
		examples: []string{
			"enrol approve --conf sso.conf 01HZX3C6B5T0M8RQ2V7N4YKDWE",
			"enrol pending --conf sso.conf --status to-approve | jq -r .user_id | xargs -r enrol approve --conf sso.conf",
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
		return decide(c, cmd.name, at, ids, "")
	}
	return cmd
}

func rejectCommand() *command {
	cmd := &command{
		name:    "reject",
		args:    "USER_ID…",
		summary: "Rejects and deletes accounts; their names and addresses are free again.",
		details: `
Each account must be confirmed and not yet approved. Prints one answer per line,
in the same order. Owners with an address get a message with the reason.
` + aboutSuperUsers,
		examples: []string{
			`enrol reject --conf sso.conf --reason "Not one of our customers." 01HZX3C6B5T0M8RQ2V7N4YKDWE`,
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var reason string
		f := newFlags(cmd)
		at.operatorFlags(f)
		f.StringVar(&reason, "reason", "", "`TEXT` for the message, up to 1,024 characters")
		ids, err := f.parse(c, args, 1, math.MaxInt)
		if err != nil {
			return err
		}
		return decide(c, cmd.name, at, ids, reason)
	}
	return cmd
}

// decide approves or rejects accounts.
func decide(c *console, operation string, at place, ids []string, reason string) error {
	return operateOnEach(c, operation, at, purpose{existing: true, deliver: true}, ids, func(id string) ([]byte, error) {
		return signup.ApprovalRequest{UserID: id, Reason: reason}.JSON()
	})
}

// operateOnEach runs a batch with one request for each argument. It refuses an
// argument that is given twice: the requests run at the same time.
func operateOnEach(c *console, operation string, at place, why purpose, arguments []string, request func(argument string) ([]byte, error)) error {
	var lines strings.Builder
	given := map[string]bool{}
	for _, argument := range arguments {
		if argument == "null" {
			return mistake("%s: an argument is \"null\", which jq prints for an answer without an id: that request was refused, and its sub_status has the reason", operation)
		}
		if given[argument] {
			return mistake("%s: %q is given twice: give each id once", operation, argument)
		}
		given[argument] = true
		text, err := request(argument)
		if err != nil {
			return mistake("%s: %w", operation, err)
		}
		lines.Write(append(text, '\n'))
	}
	return operate(c, operation, at, why, argumentsInput(lines.String()))
}
