package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

func auditCommand() *command {
	cmd := &command{
		name:    "audit",
		args:    "--user USER_ID | --cid ID | --since TIME",
		summary: "Prints the entries of the audit trail about an account, of an operation or of a time.",
		details: `
Reads the audit file and those that were rotated from it, the oldest first, and prints
the entries that have everything that the flags ask for, one per line. Files that
logrotate renamed are not read: name one with --audit.

A server that uses the data reads its own files, and makes an entry about that. Without
one, or with --audit and without --server, the files are read here.

A TIME is RFC 3339, such as 2026-11-28T09:00:00Z, or a day, such as 2026-11-28, in UTC.

enrol audit verify tells whether the files are as the server wrote them, with what enrol
audit key and enrol audit checkpoints print.
` + aboutTables,
		examples: []string{
			"enrol audit --user 01HZX3C6B5T0M8RQ2V7N4YKDWE",
			"enrol audit --since 2026-11-28 --until 2026-11-29 --data ./data --json | jq -r .op | sort | uniq -c",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		var request host.TrailRequest
		f := newFlags(cmd)
		f.StringVar(&at.data, "data", "./data", "`DIR` of the data")
		at.storeFlag(f)
		f.StringVar(&at.audit, "audit", "", "`FILE` of the audit trail, by default DIR.audit.jsonl")
		at.serverFlags(f)
		asJSON := jsonFlag(f)
		f.StringVar(&request.UserID, "user", "", "`USER_ID` of the account that an entry is about, or of who acted, such as key:ops")
		f.StringVar(&request.CID, "cid", "", "correlation `ID` of an answer")
		timeFlag(f, &request.Since, "since", "`TIME` of the first entry")
		timeFlag(f, &request.Until, "until", "`TIME` after the last entry")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		if (request == host.TrailRequest{}) {
			return mistake("audit: --user, --cid or --since is missing; see enrol help audit")
		}
		read, err := trailSource(c, at)
		if err != nil {
			return err
		}
		return printPages(printer(c, *asJSON, trailColumns), interruptsAndHangup(c), func(cursor string) (listPage[host.AuditEntry], error) {
			request.Cursor = cursor
			answer, err := read(request)
			return listPage[host.AuditEntry]{answer.Response, answer.Entries, answer.Cursor}, err
		})
	}
	return cmd
}

// trailColumns are the columns of the list on a terminal.
var trailColumns = columns[host.AuditEntry]{
	{"TIME", func(e host.AuditEntry) string { return e.Time.UTC().Format(time.RFC3339) }},
	{"OP", func(e host.AuditEntry) string { return e.Op }},
	{"RESULT", func(e host.AuditEntry) string { return e.Result }},
	{"CODES", func(e host.AuditEntry) string {
		var codes []string
		for _, code := range e.Extra.SubStatus {
			codes = append(codes, string(code))
		}
		return strings.Join(codes, ",")
	}},
	{"CURRENT_USER", func(e host.AuditEntry) string { return e.CurrentUser }},
	{"TARGET_USER", func(e host.AuditEntry) string { return e.TargetUser }},
	{"REMOTE_ADDR", func(e host.AuditEntry) string { return e.Extra.RemoteAddr }},
	{"CID", func(e host.AuditEntry) string { return e.CID }},
}

// trailSource returns what reads a page: a server, or this process its files.
func trailSource(c *console, at place) (func(host.TrailRequest) (host.TrailResponse, error), error) {
	if at.audit == "" || at.server != "" {
		server, err := at.findServer(c)
		if err != nil {
			return nil, err
		}
		if server != nil {
			by := &operator{run: server.run}
			return func(request host.TrailRequest) (host.TrailResponse, error) {
				return ask[host.TrailResponse](by, "audit", request)
			}, nil
		}
	}
	return func(request host.TrailRequest) (answer host.TrailResponse, err error) {
		answer.Status = signup.StatusOK
		answer.Entries, answer.Cursor, err = host.ReadTrail(context.Background(), at.auditFile(), request)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, host.ErrAuditStream) {
			err = mistake("%w: name the file with --audit", err)
		}
		return answer, err
	}, nil
}
