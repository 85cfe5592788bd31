package main

import (
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/signup"
)

func purgeCommand() *command {
	cmd := &command{
		name:    "purge",
		summary: "Removes expired claims and other records, and prints how many.",
		details: `
A server does this by itself, every ten minutes. Signups that were not confirmed
in time expire, and so do answers that were kept for repeated requests. On a
terminal it shows meanwhile how many were removed.`,
		examples: []string{"enrol purge --data ./data"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.operatorFlags(f)
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		return withOperator(c, at, func(by *operator, stop <-chan struct{}) error {
			removed, err := purge(by, newCount(c), stop)
			if _, writeErr := fmt.Fprintln(c.stdout, removed); writeErr != nil {
				err = errors.Join(err, fmt.Errorf("%d were removed, but that cannot be written: %w", removed, writeErr))
			}
			return err
		})
	}
	return cmd
}

// purge removes records until no expired ones are left, and returns how many it
// removed.
func purge(by *operator, shown *progress, stop <-chan struct{}) (removed int, err error) {
	var request signup.PurgeRequest
	defer shown.clear()
	for {
		select {
		case <-stop:
			return removed, errors.New("interrupted: there may be more to remove")
		default:
		}
		answer, err := ask[signup.PurgeResponse](by, "purge", request)
		if err != nil {
			return removed, fmt.Errorf("purging failed, and can be repeated: %w", err)
		}
		if !answer.OK() {
			return removed, &failure{exitRefused, fmt.Errorf("purging was refused: %v", answer.SubStatus)}
		}
		removed += answer.Removed
		shown.show(func() string { return fmt.Sprintf("%d removed", removed) })
		if !answer.More {
			return removed, nil
		}
		request.Cursor = answer.Cursor
	}
}
