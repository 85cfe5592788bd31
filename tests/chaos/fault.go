//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// fault is something that goes wrong again and again.
type fault struct {
	name   string
	least  time.Duration // between two
	most   time.Duration
	inject func(random *rand.Rand) error // returns when what can be repaired is
}

// faults runs faults until the context ends, and then returns how often each came.
// An error means that a fault could not be injected or repaired, or never came, so
// that the run shows less than it should.
func (r *run) faults(ctx context.Context, all []fault) (counts []string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	times := make([]int, len(all))
	var running sync.WaitGroup
	for i, f := range all {
		random := r.random(1000 + uint64(i))
		running.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-time.After(f.least + time.Duration(random.Int64N(int64(f.most-f.least)))):
				}
				if err := f.inject(random); err != nil {
					cancel(fmt.Errorf("%s: %w", f.name, err))
					return
				}
				times[i]++
			}
		})
	}
	running.Wait()
	if cause := context.Cause(ctx); cause != context.Canceled && cause != context.DeadlineExceeded {
		return nil, cause
	}
	for i, f := range all {
		counts = append(counts, fmt.Sprintf("%s: %d", f.name, times[i]))
		if times[i] == 0 {
			err = errors.Join(err, fmt.Errorf("%s: 0: let the load last longer", f.name))
		}
	}
	return counts, err
}
