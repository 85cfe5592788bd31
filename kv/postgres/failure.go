package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/enrol-sso/enrol/kv"
)

// errStandby refuses answers of a standby, which may be old.
var errStandby = errors.New("kv/postgres: the server is a standby: the URL must lead to the primary")

// answerOf returns the answer of the server that an error is.
func answerOf(err error) (*pgconn.PgError, bool) {
	var answer *pgconn.PgError
	ok := errors.As(err, &answer)
	return answer, ok
}

// stateOf returns the SQLSTATE of an error, "" for one that is no answer of the
// server.
func stateOf(err error) string {
	if answer, ok := answerOf(err); ok {
		return answer.Code
	}
	return ""
}

// isBrokenOff reports whether the server aborted a transaction because of
// others, so that another try may succeed.
func isBrokenOff(err error) bool {
	if errors.Is(err, kv.ErrUnknown) {
		return false
	}
	state := stateOf(err)
	return state == "40001" || state == "40P01" // serialization_failure, deadlock_detected
}

// isEnd reports whether an error is an answer with which the server, or a pooler
// before it, ended the connection.
func isEnd(err error) bool {
	answer, ok := answerOf(err)
	return ok && (answer.Severity != "ERROR" && answer.SeverityUnlocalized != "ERROR" || strings.HasPrefix(answer.Code, "08"))
}

// isUnknown reports whether the batch may have been applied although its
// transaction failed. Nothing was if nothing was sent, or if the server answered
// a statement before COMMIT with an error: it skips the rest then. What a pooler
// answers, which names no routine of the server, says nothing about that.
func isUnknown(err error, committing bool) bool {
	answer, answered := answerOf(err)
	switch {
	case pgconn.SafeToRetry(err):
		return false
	case !answered || answer.Routine == "" && isEnd(err):
		return true
	case committing:
		return !isBrokenOff(err)
	}
	return false
}

func unknown(cause error) error {
	return fmt.Errorf("kv/postgres: %w: %w", kv.ErrUnknown, cause)
}

func conflict(cause error) error {
	return fmt.Errorf("kv/postgres: %w: %w", kv.ErrConflict, cause)
}

// explained returns what a caller gets for an error after which nothing was
// applied, or which a read met. The error is the answer to the statement sql.
func (s *Store) explained(err error, at int, sql string) error {
	switch state := stateOf(err); {
	case isBrokenOff(err):
		return err // for another try
	case errors.Is(err, errStandby):
		return err
	case state == "55P03" && sql == lock: // lock_not_available
		return fmt.Errorf("kv/postgres: %w: others wrote the same keys for more than %v: %w", kv.ErrConflict, s.lockFor, err)
	case state == "55P03":
		return fmt.Errorf("kv/postgres: the table enrol_kv or a row of it was locked for more than %v, not by Enrol: "+
			"end what holds the lock, such as a migration or a backup; pg_locks and pg_stat_activity show it: %w", s.lockFor, err)
	case state == "25006", state == "0A000" && at == 0: // read_only_sql_transaction; BEGIN on a standby
		return fmt.Errorf("%w: %w", errStandby, err)
	case state == "42501": // insufficient_privilege
		return fmt.Errorf("kv/postgres: the role needs SELECT, INSERT, UPDATE and DELETE on enrol_kv: %w", err)
	}
	return fmt.Errorf("kv/postgres: %w", err)
}

// release gives a connection back after a round trip that failed with err, or
// did not. The pool does not use a connection again that was lost or is in a
// transaction.
func (s *Store) release(conn *pgxpool.Conn, err error) {
	if _, answered := answerOf(err); answered && !isEnd(err) && conn.Conn().PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_, _ = conn.Exec(ctx, "ROLLBACK") // if it fails, the pool sees that
		cancel()
	}
	conn.Release()
	if state := stateOf(err); errors.Is(err, errStandby) || isEnd(err) || state == "25006" || state == "0A000" {
		s.pool.Reset() // the other connections lead to the same server: it ends, or is no primary any more
	}
}

// pause waits before another try: longer each time, at random, so that those who
// were in each other's way are not again.
func pause(ctx context.Context, tries int) error {
	longest := min(20*time.Millisecond<<min(tries, 10), 500*time.Millisecond)
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("kv/postgres: nothing was applied: %w", ctx.Err())
	}
}
