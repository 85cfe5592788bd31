package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/printout"
)

func countersCommand() *command {
	cmd := &command{
		name:    "counters",
		summary: "Shows what a server counts: operations, deliveries, hashes, and what waits.",
		details: `
Prints one JSON object, with numbers that the metrics of the server have too: operations by
their outcome and calls of services since it started, password hashes that run and wait,
events that are not delivered, dead letters and claims. Without a server, only what waits
in the data is counted.

A terminal gets a table instead, unless --json is given.`,
		examples: []string{
			"enrol counters",
			"enrol counters --json | jq .dead_letters",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.operatorFlags(f)
		asJSON := f.Bool("json", false, "print a JSON object, also on a terminal")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		return withOperator(c, at, func(by *operator, _ <-chan struct{}) error {
			response, answer := by.run("counters", []byte("{}"))
			if response.Fault != "" {
				return errors.New("the counters cannot be read: " + response.Fault)
			}
			if !response.OK() {
				return &failure{exitRefused, fmt.Errorf("the counters were refused: %s", refusal(response))}
			}
			var counters host.Counters
			if err := json.Unmarshal(answer, &counters); err != nil {
				return fmt.Errorf("the answer cannot be read: %w", err)
			}
			if *asJSON || !isTerminal(c.stdout) {
				return printout.JSON(c.stdout, []host.Counters{counters})
			}
			return printer(c, false, counterColumns)(counterRows(counters))
		})
	}
	return cmd
}

// counterRow is a row of the table.
type counterRow struct{ name, value string }

var counterColumns = columns[counterRow]{
	{"COUNTER", func(r counterRow) string { return r.name }},
	{"VALUE", func(r counterRow) string { return r.value }},
}

func counterRows(c host.Counters) (rows []counterRow) {
	add := func(name string, n int) { rows = append(rows, counterRow{name, strconv.Itoa(n)}) }
	rows = append(rows, counterRow{"started", c.Started.Format(time.RFC3339)})
	for _, o := range c.Operations {
		add("operations "+o.Operation+" "+o.Code, int(o.Count))
	}
	for _, d := range c.Deliveries {
		add("deliveries "+d.Destination+" "+d.Outcome, int(d.Count))
	}
	add("hashes running", c.Hashes.Running)
	for _, kind := range slices.Sorted(maps.Keys(c.Hashes.Waiting)) {
		add("hashes waiting "+kind, c.Hashes.Waiting[kind])
	}
	add("outbox events", c.Outbox.Events)
	add("outbox oldest, in seconds", c.Outbox.Oldest)
	add("dead letters", c.DeadLetters)
	add("pending claims", c.PendingClaims)
	for _, effect := range slices.Sorted(maps.Keys(c.Errors)) {
		add("errors "+effect, int(c.Errors[effect]))
	}
	add("instances", c.Instances)
	return rows
}
