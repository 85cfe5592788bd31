// Package pebble is the durable kv.Store of one process: one directory, kept
// by the Pebble engine. Open is its one entry point.
//
// It promises what kv.Store asks for. An acknowledged commit, and whatever any
// call has shown, survives a crash of the process and of the machine. One
// process at a time can hold a directory. When a write or a sync of the disk
// fails, or a file turns out to be damaged, the store ends itself: calls under
// way fail, later ones match kv.ErrClosed and say why, nothing more is written,
// and the process lives on. What such a store held in memory is not given back;
// open the directory anew, best in a new process.
//
// Commits of different keys run side by side and share the syncs of the log.
//
// The directory holds the files of Pebble and two of our own: FORMAT says what
// wrote it, and CLOSED, while no process has it open, that it was closed and
// how the others must look then. Nothing in it is meant to be changed by hand.
package pebble

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"

	engine "github.com/cockroachdb/pebble/v2"

	"github.com/enrol-sso/enrol/kv"
)

// Options are what a caller may choose. The zero value is fine for a service
// of any usual size.
type Options struct {
	// Logger is told what an operator should know but no call can return. Nil
	// discards it.
	Logger *slog.Logger

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

	mu     sync.Mutex
	closed bool           // no call may begin
	calls  sync.WaitGroup // calls under way; added to only while not closed

	close    sync.Once
	closeErr error
}

var _ kv.Store = (*Store)(nil)

// Empty says whether the store holds no key at all.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	entries, err := s.Scan(ctx, "", "", 1)
	return len(entries) == 0 && err == nil, err
}

// Close implements kv.Store. It waits for calls under way, unless the store
// has ended itself; then it says why, however often it is called. It also waits
// for what is under way on the disk.
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

// ended is the answer to a call that came too late.
func (s *Store) ended() error {
	if cause := s.failure.err(); cause != nil {
		return fmt.Errorf("kv/pebble: %s: %w: it ended itself after: %w", s.dir, kv.ErrClosed, cause)
	}
	return fmt.Errorf("kv/pebble: %s: %w", s.dir, kv.ErrClosed)
}

// rescue, deferred, turns a panic of the engine into the end of the store.
func (s *Store) rescue(doing string) {
	if r := recover(); r != nil {
		s.failure.report(fmt.Errorf("%s: the engine gave up: %s", doing, redacted(r)))
	}
}
