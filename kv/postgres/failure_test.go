package postgres

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// What a pooler answers for a server that it lost says nothing about the batch:
// only the server's own answers do, before COMMIT.
func TestAnErrorIsUnknownUnlessTheServerRuledThatOut(t *testing.T) {
	t.Parallel()
	answer := func(severity, code, routine string) error {
		return &pgconn.PgError{Severity: severity, SeverityUnlocalized: severity, Code: code, Routine: routine}
	}
	for _, test := range []struct {
		name       string
		err        error
		committing bool
		want       bool
	}{
		{"a lost connection", errors.New("EOF"), false, true},
		{"a refusal before COMMIT", answer("ERROR", "57014", "ProcessInterrupts"), false, false},
		{"a refusal at COMMIT", answer("ERROR", "53100", "mdextend"), true, true},
		{"an abort at COMMIT", answer("ERROR", "40001", "PreCommit_CheckForSerializationFailure"), true, false},
		{"an unknown completion", answer("ERROR", "40003", ""), true, true},
		{"the end of the session before COMMIT", answer("FATAL", "57P01", "ProcessInterrupts"), false, false},
		{"the end of the session at COMMIT", answer("FATAL", "57P01", "ProcessInterrupts"), true, true},
		{"a pooler that lost the server", answer("FATAL", "08P01", ""), false, true},
		{"a pooler that lost the server and calls that an error", answer("ERROR", "08P01", ""), false, true},
		{"an old server, which names severities in its language only", &pgconn.PgError{Severity: "FATAL", Code: "08P01"}, false, true},
	} {
		if got := isUnknown(test.err, test.committing); got != test.want {
			t.Errorf("%s: unknown is %v, want %v", test.name, got, test.want)
		}
	}
}
