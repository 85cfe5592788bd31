package main

import (
	"math"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// aboutSuperUsers is what the help of commands for super-users says.
const aboutSuperUsers = `
Whoever can read the data and its key is a super-user, so none has to be named.`

func approveCommand() *command {
	cmd := &command{
		name:    "approve",
		args:    "USER_ID…",
		summary: "Approves accounts, so that their owners may log in.",
		details: `
Each has to be confirmed. There is one answer in a line for each, in the same
order. Those who have an address are sent the message of welcome, if the
sso.conf has one. Approving again does nothing.
` + aboutSuperUsers,
		examples: []string{
			"enrol approve --conf sso.conf 01HZX3C6B5T0M8RQ2V7N4YKDWE",
			"enrol pending --status to-approve | jq -r .user_id | xargs enrol approve --conf sso.conf",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.flags(f)
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
		summary: "Rejects accounts: they are deleted, their names and addresses are free again.",
		details: `
Each has to be confirmed and not approved yet. There is one answer in a line for
each, in the same order. Those who have an address are sent a message with the
reason.
` + aboutSuperUsers,
		examples: []string{
			`enrol reject --conf sso.conf --reason "Not one of our customers." 01HZX3C6B5T0M8RQ2V7N4YKDWE`,
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var reason string
		f := newFlags(cmd)
		at.flags(f)
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
	return operateOnEach(c, operation, at, ids, func(id string) ([]byte, error) {
		return signup.ApprovalRequest{UserID: id, Reason: reason, SuperUser: true}.JSON()
	})
}

// operateOnEach runs a batch with one request for each argument.
func operateOnEach(c *console, operation string, at place, arguments []string, request func(argument string) ([]byte, error)) error {
	var lines strings.Builder
	for _, argument := range arguments {
		text, err := request(argument)
		if err != nil {
			return mistake("%s: %w", operation, err)
		}
		lines.Write(append(text, '\n'))
	}
	return operate(c, operation, at, purpose{existing: true, deliver: true}, argumentsInput(lines.String()))
}
