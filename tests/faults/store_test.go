package faults

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

// The methods of a store that can fail.
const (
	get    = "get"
	scan   = "scan"
	commit = "commit"
)

var errDisk = errors.New("the disk is full")

// trouble is a fault of one call of a store.
type trouble func(s *faulty, call func() error) error

// troubles lists the possible faults of a call of a method.
func troubles(method string) map[string]trouble {
	all := map[string]trouble{"breaks": breaks, "is slow": slow}
	if method == commit {
		all["conflicts"] = conflicts
		all["is lost"] = lost
		all["loses its answer"] = answerLost
		all["arrives late"] = late
	}
	return all
}

func breaks(*faulty, func() error) error { return errDisk }

func conflicts(*faulty, func() error) error { return fmt.Errorf("busy: %w", kv.ErrConflict) }

func lost(*faulty, func() error) error { return fmt.Errorf("the line broke: %w", kv.ErrUnknown) }

func answerLost(_ *faulty, call func() error) error {
	if err := call(); err != nil {
		return err
	}
	return fmt.Errorf("the line broke: %w", kv.ErrUnknown)
}

// late is a cancelled call that takes effect after the operation is over.
func late(s *faulty, call func() error) error {
	s.afterwards = call
	return fmt.Errorf("the line broke: %w", kv.ErrUnknown)
}

// slow is a call that takes longer than any timeout.
func slow(s *faulty, call func() error) error {
	close(s.reached)
	<-s.release
	return call()
}

// faulty is a store with trouble in one call.
type faulty struct {
	kv.Store
	method  string
	nth     int // call of the method, from 0
	trouble trouble

	mu         sync.Mutex
	calls      int
	struck     bool
	afterwards func() error
	reached    chan struct{} // closed when a slow call starts
	release    chan struct{} // to be closed when it may continue
}

func newFaulty(store kv.Store, method string, nth int, trouble trouble) *faulty {
	return &faulty{
		Store: store, method: method, nth: nth, trouble: trouble,
		reached: make(chan struct{}), release: make(chan struct{}),
	}
}

// pass makes a call, or trouble.
func (s *faulty) pass(method string, call func() error) error {
	s.mu.Lock()
	strikes := false
	if method == s.method {
		strikes = s.calls == s.nth
		s.calls++
		s.struck = s.struck || strikes
	}
	s.mu.Unlock()
	if strikes {
		return s.trouble(s, call)
	}
	return call()
}

// finish runs the rest of the trouble.
func (s *faulty) finish() error {
	close(s.release)
	if s.afterwards == nil {
		return nil
	}
	return s.afterwards()
}

func (s *faulty) Get(ctx context.Context, keys []string) (values []kv.Value, err error) {
	err = s.pass(get, func() (err error) { values, err = s.Store.Get(ctx, keys); return err })
	return values, err
}

func (s *faulty) Scan(ctx context.Context, prefix, after string, limit int) (entries []kv.Entry, err error) {
	err = s.pass(scan, func() (err error) { entries, err = s.Store.Scan(ctx, prefix, after, limit); return err })
	return entries, err
}

func (s *faulty) Commit(ctx context.Context, batch kv.Batch) (applied bool, err error) {
	err = s.pass(commit, func() (err error) { applied, err = s.Store.Commit(ctx, batch); return err })
	return applied, err
}
