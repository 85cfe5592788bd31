package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/signup"
)

func exportCommand() *command {
	cmd := &command{
		name:    "export",
		args:    "[USER_ID]",
		summary: "Moves accounts out: prints all of them, or one, in plain text.",
		details: `
Prints one account per line as JSON, in the form that enrol import reads: accounts,
and those that wait for their token or for approval, with everything but their
password hashes. With --hashes, it prints these too, and those of the tokens. What
it prints is not encrypted: keep it from others.

It reads the data page by page, in little memory. An account that changes meanwhile
is printed as it was before or after that.`,
		examples: []string{
			"enrol export --data ./data --conf sso.conf",
			"enrol export --data ./data --conf sso.conf --hashes 01HZX3C6B5T0M8RQ2V7N4YKDWE",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var request signup.ExportRequest
		f := newFlags(cmd)
		at.operatorFlags(f)
		f.BoolVar(&request.Hashes, "hashes", false, "print password hashes as well, so that import reads whole accounts")
		args, err := f.parse(c, args, 0, 1)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			request.UserID = args[0]
		}
		return withOperator(c, at, func(by *operator, stop <-chan struct{}) error { return export(c, by, stop, request) })
	}
	return cmd
}

// export prints the accounts page by page.
func export(c *console, by *operator, stop <-chan struct{}, request signup.ExportRequest) error {
	out := bufio.NewWriter(c.stdout)
	for written := 0; ; {
		select {
		case <-stop:
			return errors.New("interrupted: not all accounts were printed")
		default:
		}
		text, err := request.JSON()
		if err != nil {
			return err
		}
		response, answer := by.run("export", text)
		switch {
		case response.Fault != "":
			return fmt.Errorf("after %s: %s", count(written, "account"), response.Fault)
		case !response.OK():
			return &failure{exitRefused, fmt.Errorf("there is no account %s", oneLine(request.UserID))}
		}
		var page struct {
			Accounts []json.RawMessage
			Cursor   string
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return fmt.Errorf("the answer cannot be read: %w", err)
		}
		for _, account := range page.Accounts {
			out.Write(append(account, '\n'))
			written++
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("the accounts cannot be written: %w", err)
		}
		if request.Cursor = page.Cursor; request.Cursor == "" {
			return nil
		}
	}
}
