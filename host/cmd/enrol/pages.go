package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// pageSize is how many entries of a list one request returns.
const pageSize = 100

// listPage is a part of a list, with the cursor of the next, "" at the end.
type listPage[T any] struct {
	signup.Response
	entries []T
	cursor  string
}

// printPages prints a whole list, page after page, until stop is closed.
func printPages[T any](print func(entries []T) error, stop <-chan struct{}, read func(cursor string) (listPage[T], error)) error {
	for cursor := ""; ; {
		select {
		case <-stop:
			return errors.New("interrupted: the list is not complete")
		default:
		}
		p, err := read(cursor)
		if err != nil {
			return fmt.Errorf("the list cannot be read: %w", err)
		}
		if !p.OK() {
			return &failure{exitRefused, fmt.Errorf("the list was refused: %s", refusal(p.Response))}
		}
		if err := print(p.entries); err != nil {
			return fmt.Errorf("the list cannot be written: %w", err)
		}
		if cursor = p.cursor; cursor == "" {
			return nil
		}
	}
}

// refusal is what a refused answer says.
func refusal(response signup.Response) string {
	return strings.TrimSpace(fmt.Sprint(response.SubStatus) + " " + response.Field + " " + response.Message)
}
