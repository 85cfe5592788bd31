package kvtest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

// contextEnded accepts a store that ignores the context: the contract only
// requires errors to be correct.
func contextEnded(s subject) {
	s.put("a", "1", "b", "2")
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	applied, err := s.store.Commit(ctx, kv.Batch{Puts: []kv.Put{{Key: "a", Data: "3"}}, Deletes: []string{"b"}})
	switch {
	case applied != (err == nil):
		s.Errorf("commit without checks: got (%v, %v)", applied, err)
	case errors.Is(err, kv.ErrUnknown):
	case err != nil:
		s.holds("a", "1", "b", "2")
	default:
		s.holds("a", "3")
	}
	if values, err := s.store.Get(ctx, []string{"a"}); err == nil && len(values) != 1 {
		s.Errorf("get: %d values and no error, want 1", len(values))
	}
	if entries, err := s.store.Scan(ctx, "a", "", 10); err == nil && len(entries) != 1 {
		s.Errorf("scan: %d entries and no error, want 1", len(entries))
	}
	s.put("c", "4") // the store still serves others
}

func closeThenCall(s subject) {
	s.put("a", "1")
	if err := s.store.Close(); err != nil {
		s.Fatalf("close: %v", err)
	}
	_, getErr := s.store.Get(s.Context(), []string{"a"})
	_, commitErr := s.store.Commit(s.Context(), kv.Batch{Puts: []kv.Put{{Key: "a", Data: "2"}}})
	_, emptyErr := s.store.Commit(s.Context(), kv.Batch{})
	_, scanErr := s.store.Scan(s.Context(), "", "", 10)
	for call, err := range map[string]error{"get": getErr, "commit": commitErr, "empty commit": emptyErr, "scan": scanErr} {
		if !errors.Is(err, kv.ErrClosed) {
			s.Errorf("%s after close: got %v, want ErrClosed", call, err)
		}
		if errors.Is(err, kv.ErrUnknown) {
			s.Errorf("%s after close: nothing was applied, yet the error is ErrUnknown", call)
		}
	}
}

func closeTwice(s subject) {
	var closing sync.WaitGroup
	for range 4 {
		closing.Go(func() {
			for range 2 {
				if err := s.store.Close(); err != nil {
					s.Errorf("close: %v", err)
				}
			}
		})
	}
	closing.Wait()
}

func closeRunning(s subject) {
	const workers = 8
	var calls, begun sync.WaitGroup
	begun.Add(workers)
	for worker := range workers {
		calls.Go(func() {
			first := sync.OnceFunc(begun.Done)
			defer first()
			for i := 0; ; i++ {
				key := fmt.Sprintf("%d/%d", worker, i%10)
				_, commitErr := s.store.Commit(s.Context(), kv.Batch{Puts: []kv.Put{{Key: key}}})
				values, getErr := s.store.Get(s.Context(), []string{key})
				_, scanErr := s.store.Scan(s.Context(), key, "", 10)
				if commitErr == nil && getErr == nil && values[0].Version == "" {
					s.Errorf("get returned nothing for a committed key, and no error")
				}
				for _, err := range []error{commitErr, getErr, scanErr} {
					if err != nil && !errors.Is(err, kv.ErrClosed) && !errors.Is(err, kv.ErrUnknown) {
						s.Errorf("a call during close: got %v, want nil, ErrClosed or ErrUnknown", err)
					}
				}
				if commitErr != nil || getErr != nil || scanErr != nil {
					return
				}
				first()
			}
		})
	}
	begun.Wait()
	if err := s.store.Close(); err != nil {
		s.Errorf("close: %v", err)
	}
	calls.Wait()
}
