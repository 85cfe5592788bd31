package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/enrol-sso/enrol/signup"
)

// pageOfPending is how many are asked for at once.
const pageOfPending = 100

func pendingCommand() *command {
	cmd := &command{
		name:    "pending",
		args:    "--status to-approve|to-confirm",
		summary: "Lists those who wait, one in a line.",
		details: `
to-approve lists confirmed accounts that wait for enrol approve or reject,
to-confirm lists signups that wait for their token. A line is
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
		at.flags(f)
		f.StringVar(&status, "status", "", "`WHO` to list: to-approve or to-confirm")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		if status != "to-approve" && status != "to-confirm" {
			return mistake("pending: --status has to be to-approve or to-confirm; see enrol help pending")
		}
		return withInstallation(c, at, func(in *installation, stop <-chan struct{}) error {
			return listPending(in, status, c.stdout, stop)
		})
	}
	return cmd
}

// listPending prints everybody who waits, page by page.
func listPending(in *installation, status string, out io.Writer, stop <-chan struct{}) error {
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	request := signup.PendingRequest{Status: status, Limit: pageOfPending, SuperUser: true}
	for {
		select {
		case <-stop:
			return errors.New("interrupted: the list is not complete")
		default:
		}
		page, err := in.enrol.Pending(context.Background(), request)
		if err != nil {
			return fmt.Errorf("the list cannot be read: %w", err)
		}
		if !page.OK() {
			return &failure{exitRefused, fmt.Errorf("the list was refused: %v", page.SubStatus)}
		}
		for _, user := range page.Users {
			if err := lines.Encode(user); err != nil {
				return fmt.Errorf("the list cannot be written: %w", err)
			}
		}
		if page.Cursor == "" {
			return nil
		}
		request.Cursor = page.Cursor
	}
}
