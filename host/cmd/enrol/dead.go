package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

func deadCommand() *command {
	cmd := &command{
		name:    "dead",
		summary: "Lists the events that were given up after their last try, one in a line.",
		details: `
A line is {"id","user_id","destination","created","tries","reason"}. enrol retry
takes the ids.
` + aboutSuperUsers,
		examples: []string{"enrol dead --conf sso.conf"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.flags(f)
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		return withInstallation(c, at, func(in *installation, stop <-chan struct{}) error {
			return listDead(in, c.stdout, stop)
		})
	}
	return cmd
}

// listDead prints every event that was given up, page by page.
func listDead(in *installation, out io.Writer, stop <-chan struct{}) error {
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	request := signup.DeadRequest{Limit: 100, SuperUser: true}
	for {
		select {
		case <-stop:
			return errors.New("interrupted: the list is not complete")
		default:
		}
		page, err := in.enrol.Dead(context.Background(), request)
		if err != nil {
			return fmt.Errorf("the list cannot be read: %w", err)
		}
		for _, event := range page.Events {
			if err := lines.Encode(event); err != nil {
				return fmt.Errorf("the list cannot be written: %w", err)
			}
		}
		if page.Cursor == "" {
			return nil
		}
		request.Cursor = page.Cursor
	}
}

func retryCommand() *command {
	cmd := &command{
		name:    "retry",
		args:    "ID…",
		summary: "Tries events again that were given up.",
		details: `
The ids are those of enrol dead. There is one answer in a line for each, in the
same order. The receiver is sent the same webhook-id as before.
` + aboutSuperUsers,
		examples: []string{
			"enrol retry --conf sso.conf 00/1790069540000/5C9K84EF2J80NR9PN3VXXHACQC",
			"enrol dead --conf sso.conf | jq -r .id | xargs enrol retry --conf sso.conf",
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
		var lines strings.Builder
		for _, id := range ids {
			text, err := signup.RetryRequest{ID: id, SuperUser: true}.JSON()
			if err != nil {
				return mistake("retry: %w", err)
			}
			lines.Write(append(text, '\n'))
		}
		return operate(c, cmd.name, at, purpose{existing: true, deliver: true}, argumentsInput(lines.String()))
	}
	return cmd
}
