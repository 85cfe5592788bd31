// Package pebble is the durable kv.Store of one process: one directory, kept
// by the Pebble engine. Open is its one entry point.
//
// It meets the contract of kv.Store. An acknowledged commit, and everything
// that a call has returned, survives a crash of the process and of the machine.
// One process at a time can hold a directory. If a write or a sync of the disk
// fails, or a file is damaged, the store closes itself: running calls fail,
// later errors match kv.ErrClosed and have the reason, nothing more is written,
// and the process continues. The memory of such a store is not released; open
// the directory again, best in a new process.
//
// Commits of different keys run concurrently and share the syncs of the log.
//
// The directory contains the files of Pebble and two of our own. FORMAT
// identifies the format. CLOSED exists while no process has the store open, and
// has the checksums of other files. Do not change any file by hand.
package pebble

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"

	engine "github.com/cockroachdb/pebble/v2"

	"github.com/enrol-sso/enrol/kv"
)

// Options configure a Store. The zero value is fine for a service of any usual
// size.
type Options struct {
	// Logger receives what an operator must know and no call can return. Nil
	// discards it.
	Logger *slog.Logger

	// AcceptLoss opens a store whose newest log is damaged, and drops the log from
	// the damage on, including acknowledged commits. Dropped returns what that
	// was. Use it if there is no better backup.
	AcceptLoss bool

	// CacheBytes bounds the memory for blocks read from disk; 0 means 16 MiB.
	// Writes wait in up to 16 MiB more, under load only.
	CacheBytes int64
}

// Store is an open directory. Use Open to make one.
type Store struct {
	dir     string
	db      *engine.DB
	disk    *fence
	held    io.Closer // the lock of the directory
	failure *failure
	stripes *stripes
	ledger  *ledger

	checkpointing atomic.Bool

	mu     sync.Mutex
	closed bool           // no call may begin
	calls  sync.WaitGroup // running calls; grows only while not closed

	close    sync.Once
	closeErr error
}

var _ kv.Store = (*Store)(nil)

// Empty reports whether the store has no keys.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	entries, err := s.Scan(ctx, "", "", 1)
	return len(entries) == 0 && err == nil, err
}

// Done returns a channel that is closed when the store has closed itself. Err
// returns why; only a new Open helps, best in a new process.
func (s *Store) Done() <-chan struct{} { return s.failure.happened }

// Err returns why the store closed itself, or nil if it did not.
func (s *Store) Err() error {
	if cause := s.failure.err(); cause != nil {
		return fmt.Errorf("kv/pebble: %s: it closed itself after: %w", s.dir, cause)
	}
	return nil
}

// Close implements kv.Store. It waits for running calls and disk operations. If
// the store has closed itself, it does not wait for calls and returns why, each
// time.
func (s *Store) Close() error {
	s.close.Do(func() {
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		s.closeErr = s.shut()
	})
	return s.closeErr
}

func (s *Store) shut() error {
	shut := make(chan error, 1)
	go func() {
		defer s.rescue("closing")
		s.calls.Wait()
		if s.failure.err() == nil {
			err := s.db.Close()
			if err == nil {
				err = seal(s.disk, s.dir)
			}
			shut <- err
		}
	}()
	var err error
	select {
	case err = <-shut:
		err = plain(err)
	case <-s.failure.happened:
		err = s.failure.err()
	}
	s.disk.drain()
	if releaseErr := s.held.Close(); err == nil {
		err = releaseErr
	}
	if err != nil {
		return fmt.Errorf("kv/pebble: %s: closing: %w", s.dir, err)
	}
	return nil
}

// ended is the error of a call that came too late.
func (s *Store) ended() error {
	if cause := s.failure.err(); cause != nil {
		return fmt.Errorf("kv/pebble: %s: %w: it closed itself after: %w", s.dir, kv.ErrClosed, cause)
	}
	return fmt.Errorf("kv/pebble: %s: %w", s.dir, kv.ErrClosed)
}

// rescue, when deferred, turns a panic of the engine into the end of the store.
func (s *Store) rescue(doing string) {
	if r := recover(); r != nil {
		s.failure.report(fmt.Errorf("%s: the engine gave up: %s", doing, redacted(r)))
	}
}

// Exclusive reports that no other process can use the store while it is open:
// its directory is locked.
func (s *Store) Exclusive() bool { return true }
