package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/printout"
)

// checkpointsPath is the path of the checkpoints of audit trails that the store keeps.
// Only the socket has it.
const checkpointsPath = "/audit-checkpoints"

func auditVerifyCommand() *command {
	cmd := &command{
		name:    "audit verify",
		args:    "--key KEY FILE…",
		summary: "Tells whether audit files are as the server wrote them.",
		details: `
Needs the files and the public keys alone, in any order. It prints the first line of
each file that was changed, added or moved, or before which lines were removed, as
FILE:LINE: problem. The exit status is 1 if there are problems.

Lines removed at the end show only by the checkpoint that the store keeps: --data or
--store compares with it, also while a server runs; --checkpoints compares with
those that enrol audit checkpoints printed elsewhere. Entries after the last signed
line, at most 100 or those of one minute, can be changed without a trace by who can
write to the file.`,
		examples: []string{
			`enrol audit verify --key "$(enrol audit key)" --data ./data data.audit.jsonl`,
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var keys, checkpoints string
		f := newFlags(cmd)
		f.StringVar(&keys, "key", "", "`KEY`s that may have signed, as enrol audit key prints them, separated by\n        commas or white space")
		f.StringVar(&checkpoints, "checkpoints", "", "`FILE` with the output of enrol audit checkpoints")
		f.StringVar(&at.data, "data", "", "`DIR` of the data, to compare the end of the files with it")
		at.storeFlag(f)
		args, err := f.parse(c, args, 1, 10_000)
		if err != nil {
			return err
		}
		if keys == "" {
			return mistake("audit verify: --key is missing; see enrol help audit verify")
		}
		var lines []string
		if checkpoints != "" {
			text, err := os.ReadFile(checkpoints)
			if err != nil {
				return mistake("--checkpoints: %w", err)
			}
			lines = strings.Split(strings.TrimSpace(string(text)), "\n")
		}
		if at.data != "" || at.store != "" {
			kept, err := readCheckpoints(c, at)
			if err != nil {
				return err
			}
			lines = append(lines, kept...)
		}
		split := func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }
		report, err := host.VerifyAudit(strings.FieldsFunc(keys, split), args, lines)
		if err != nil {
			return mistake("audit verify: %w", err)
		}
		return printReport(c, report, len(args), len(lines) > 0)
	}
	return cmd
}

// printReport prints what a verification found.
func printReport(c *console, report host.AuditReport, files int, compared bool) error {
	for _, problem := range report.Problems {
		if _, err := fmt.Fprintln(c.stdout, printout.OneLine(problem)); err != nil {
			return fmt.Errorf("the problems cannot be written: %w", err)
		}
	}
	for _, note := range report.Notes {
		fmt.Fprintln(c.stderr, "enrol: note: "+printout.OneLine(note))
	}
	if !compared {
		fmt.Fprintln(c.stderr, "enrol: note: lines removed at the end do not show without --data, --store or --checkpoints")
	}
	if n := len(report.Problems); n > 0 {
		return &failure{exitRefused, fmt.Errorf("%s in %s", printout.Count(n, "problem"), printout.Count(files, "file"))}
	}
	fmt.Fprintf(c.stderr, "enrol: %s, as they were written\n", printout.Count(int(report.Entries), "line"))
	return nil
}

func auditCheckpointsCommand() *command {
	cmd := &command{
		name:    "audit checkpoints",
		summary: "Prints the newest checkpoint of each audit trail that the store keeps.",
		details: `
One signed line for each chain. Keep them apart from the server, for enrol audit
verify --checkpoints: then nobody who can write to its files and its store can
remove older entries without a trace.`,
		examples: []string{"enrol audit checkpoints --data ./data"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		f.StringVar(&at.data, "data", "./data", "`DIR` of the data")
		at.storeFlag(f)
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		lines, err := readCheckpoints(c, at)
		if err != nil {
			return err
		}
		return writeCheckpoints(c.stdout, lines)
	}
	return cmd
}

// writeCheckpoints writes one checkpoint per line.
func writeCheckpoints(out io.Writer, lines []string) error {
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return fmt.Errorf("the checkpoints cannot be written: %w", err)
		}
	}
	return nil
}

// readCheckpoints reads the checkpoints of a store, through its server if one runs.
func readCheckpoints(c *console, at place) ([]string, error) {
	where, err := at.storePlace(c)
	if err != nil {
		return nil, err
	}
	if !where.exists() {
		return nil, mistake("there is no data directory %s: name another one with --data", where)
	}
	if where.url == "" {
		server, err := socketServer(where.dir)
		if err != nil {
			return nil, err
		}
		if server != nil {
			return server.checkpoints()
		}
	}
	store, err := where.open(newLogger(c.stderr))
	if err != nil {
		return nil, err
	}
	lines, err := host.AuditCheckpoints(context.Background(), store)
	if err := errors.Join(err, store.Close()); err != nil {
		return nil, where.explain(err)
	}
	return lines, nil
}

// checkpoints asks a server for the checkpoints.
func (s *remote) checkpoints() ([]string, error) {
	request, err := s.request(context.Background(), http.MethodGet, checkpointsPath, nil)
	if err != nil {
		return nil, err
	}
	got, err := s.client.Do(request)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server at %s cannot read its checkpoints", s.name)
	}
	var lines []string
	in := bufio.NewScanner(got.Body)
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	return slices.Clip(lines), in.Err()
}

// sendCheckpoints answers that.
func (in *installation) sendCheckpoints(w http.ResponseWriter, r *http.Request) error {
	lines, err := host.AuditCheckpoints(r.Context(), in.store)
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return err
	}
	return writeCheckpoints(w, lines)
}
