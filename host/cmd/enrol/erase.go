package main

import (
	"math"

	"github.com/enrol-sso/enrol/signup"
)

func eraseCommand() *command {
	cmd := &command{
		name:    "erase",
		args:    "USER_ID…",
		summary: "Erases accounts: their records, tokens and undelivered events.",
		details: `
Prints one answer per line, in the same order. Names and addresses are free
again. Claims can be erased before they are confirmed. Callback services get an
event user.deleted with the id. An account that was erased is unknown: E001100.
Nothing brings an account back.
` + aboutSuperUsers,
		examples: []string{"enrol erase --conf sso.conf 01HZX3C6B5T0M8RQ2V7N4YKDWE"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.operatorFlags(f)
		ids, err := f.parse(c, args, 1, math.MaxInt)
		if err != nil {
			return err
		}
		return operateOnEach(c, cmd.name, at, purpose{existing: true}, ids, func(id string) ([]byte, error) {
			return signup.EraseRequest{UserID: id}.JSON()
		})
	}
	return cmd
}
