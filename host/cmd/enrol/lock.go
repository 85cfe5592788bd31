package main

import (
	"flag"
	"math"

	"github.com/enrol-sso/enrol/signup"
)

func lockCommand() *command {
	cmd := &command{
		name:    "lock",
		args:    "USER_ID…",
		summary: "Locks accounts: their owners cannot log in.",
		details: `
Prints one answer per line, in the same order. A claim can be locked before it is
confirmed. Locking a locked account does nothing.
` + aboutSuperUsers,
		examples: []string{"enrol lock --conf sso.conf 01HZX3C6B5T0M8RQ2V7N4YKDWE"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.operatorFlags(f)
		ids, err := f.parse(c, args, 1, math.MaxInt)
		if err != nil {
			return err
		}
		return relock(c, cmd.name, at, ids, nil)
	}
	return cmd
}

func unlockCommand() *command {
	cmd := &command{
		name:    "unlock",
		args:    "USER_ID…",
		summary: "Unlocks accounts: their owners can log in again.",
		details: `
Prints one answer per line, in the same order. Unlocking an unlocked account
changes nothing, except with --password-must-change.
` + aboutSuperUsers,
		examples: []string{
			"enrol unlock --conf sso.conf 01HZX3C6B5T0M8RQ2V7N4YKDWE",
			"enrol unlock --conf sso.conf --password-must-change 01HZX3C6B5T0M8RQ2V7N4YKDWE",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var must bool
		f := newFlags(cmd)
		at.operatorFlags(f)
		f.BoolVar(&must, "password-must-change", false, "require a new password before the next login; =false removes the requirement")
		ids, err := f.parse(c, args, 1, math.MaxInt)
		if err != nil {
			return err
		}
		var mustChange *bool // nil leaves it as it is
		f.Visit(func(one *flag.Flag) {
			if one.Name == "password-must-change" {
				mustChange = &must
			}
		})
		return relock(c, cmd.name, at, ids, mustChange)
	}
	return cmd
}

// relock locks or unlocks accounts.
func relock(c *console, operation string, at place, ids []string, mustChange *bool) error {
	return operateOnEach(c, operation, at, purpose{existing: true}, ids, func(id string) ([]byte, error) {
		return signup.LockRequest{UserID: id, PasswordMustChange: mustChange}.JSON()
	})
}
