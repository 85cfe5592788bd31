package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/enrol-sso/enrol/host/internal/printout"
)

// aboutTables is part of the help of lists.
const aboutTables = `
A terminal gets a table instead, unless --json is given.`

// jsonFlag adds the flag of a list.
func jsonFlag(f *flags) *bool {
	return f.Bool("json", false, "print one JSON object per line, also on a terminal")
}

// columns are the columns of a table of T.
type columns[T any] []struct {
	head string
	cell func(T) string
}

// printer returns a function that prints a part of a list: as a table for people on a
// terminal, else as JSON, one entry per line. The columns of each part are as wide as
// its cells.
func printer[T any](c *console, asJSON bool, columns columns[T]) func(entries []T) error {
	if asJSON || !isTerminal(c.stdout) {
		return func(entries []T) error { return printout.JSON(c.stdout, entries) }
	}
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	headed := false
	return func(entries []T) error {
		if !headed && len(entries) > 0 {
			headed = true
			for _, column := range columns {
				fmt.Fprint(table, column.head, "\t")
			}
			fmt.Fprintln(table)
		}
		for _, entry := range entries {
			var row strings.Builder
			for _, column := range columns {
				row.WriteString(printout.OneLine(column.cell(entry)) + "\t")
			}
			fmt.Fprintln(table, row.String())
		}
		return table.Flush()
	}
}
