package pebble

import (
	"context"
	"sync/atomic"
)

// call does the work in its own goroutine, so that the caller can leave when
// its context or the store ends, wherever the work is stuck: in a lock, a sync,
// or an engine that never answers again. It reports whether the caller left;
// the work may then still continue.
func call[T any](ctx context.Context, s *Store, work func() (T, error)) (answer T, left bool, err error) {
	if err := ctx.Err(); err != nil {
		return answer, true, err
	}
	if !s.enter() {
		return answer, true, s.ended()
	}
	type result struct {
		answer T
		err    error
	}
	results := make(chan result, 1)
	go func() {
		defer s.calls.Done()
		defer s.rescue("serving a call")
		answer, err := work()
		results <- result{answer, err}
	}()
	select {
	case r := <-results:
		return r.answer, false, r.err
	case <-ctx.Done():
		return answer, true, ctx.Err()
	case <-s.failure.happened:
		return answer, true, s.ended()
	}
}

// enter admits a call, for which Close then waits.
func (s *Store) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.failure.err() != nil {
		return false
	}
	s.calls.Add(1)
	return true
}

// decision is made once: either the work starts to write, or the leaving caller
// cancels it.
type decision struct{ taken atomic.Int32 }

const (
	begun = iota + 1
	calledOff
)

func (d *decision) begin() bool { return d.taken.CompareAndSwap(0, begun) }

// callOff reports whether it came in time, so that nothing was or will be
// written.
func (d *decision) callOff() bool {
	return d.taken.CompareAndSwap(0, calledOff)
}
