// Package postgres is the kv.Store of several machines: two tables in a
// PostgreSQL database, which stores in other languages share. Open is its one
// entry point; kv/postgres.sql specifies the tables and the rules.
//
// It meets the contract of kv.Store. What a call has returned is as durable as
// the server makes a commit: on its disk, and on its standbys if they are
// synchronous. A get, a scan and a commit take one round trip each.
//
// The role needs CONNECT on the database and USAGE on the schema, SELECT on
// enrol_schema, and SELECT, INSERT, UPDATE and DELETE on enrol_kv. Only a role
// that opens an empty database needs CREATE on the schema; otherwise an
// administrator runs kv/postgres.sql.
//
// Every statement is within a transaction that one message begins and ends, no
// statement is prepared under a name, and nothing is set for a session. So
// PgBouncer can stand between, in any mode.
package postgres

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/enrol-sso/enrol/kv"
)

// Options configure a Store. The zero value is fine.
type Options struct {
	// LockTimeout is how long a commit waits for others that write the same keys
	// before it fails with kv.ErrConflict; 0 means 5 s.
	LockTimeout time.Duration

	// StatementTimeout is how long the server may take for each statement of a
	// commit; 0 means 10 s. A call takes at most twice as long, with the wait for
	// a connection, and its context may end it earlier.
	StatementTimeout time.Duration
}

// Store is an open database. Use Open to make one.
type Store struct {
	pool     *pgxpool.Pool
	guard    guard
	settings statement     // the first of every commit
	lockFor  time.Duration // Options.LockTimeout
	callFor  time.Duration // the longest time of a call

	closed atomic.Bool
	ended  context.Context // done when the store is closed: nobody waits for a connection then
	end    context.CancelFunc
	close  sync.Once
}

var _ kv.Store = (*Store)(nil)

// Empty reports whether the store has no keys.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	entries, err := s.Scan(ctx, "", "", 1)
	return len(entries) == 0 && err == nil, err
}

// Close implements kv.Store. It waits for running calls, each of which has an
// end of its own.
func (s *Store) Close() error {
	s.close.Do(func() {
		s.closed.Store(true)
		s.end()
		s.pool.Close()
	})
	return nil
}

// bounded returns a context that ends after the longest time of a call.
func (s *Store) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.callFor)
}

// connection takes a connection out of the pool. Nothing was sent if it fails.
func (s *Store) connection(ctx context.Context) (*pgxpool.Conn, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(s.ended, stop)()
	conn, err := s.pool.Acquire(waiting)
	switch {
	case err == nil:
		return conn, nil
	case s.closed.Load():
		return nil, errClosed
	case ctx.Err() != nil && s.pool.Stat().AcquiredConns() >= s.pool.Config().MaxConns:
		return nil, fmt.Errorf("kv/postgres: all %d connections were in use until the call ended, nothing was applied: "+
			"raise pool_max_conns in the URL if the server can serve more: %w", s.pool.Config().MaxConns, err)
	}
	return nil, fmt.Errorf("kv/postgres: no connection, nothing was applied: %w", err)
}

var errClosed = fmt.Errorf("kv/postgres: %w", kv.ErrClosed)
