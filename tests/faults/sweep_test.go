package faults

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
)

// sweeps runs a test natively and in the module.
func sweeps(t *testing.T, test func(t *testing.T, r runner)) {
	t.Helper()
	t.Parallel()
	t.Run("native", func(t *testing.T) {
		t.Parallel()
		test(t, natively{})
	})
	t.Run("module", func(t *testing.T) {
		t.Parallel()
		test(t, newInModule(t, sweepSettings))
	})
}

// Each call of the store in each operation meets with each trouble.
func TestEveryCallOfTheStoreFailsInEveryWay(t *testing.T) {
	sweeps(t, func(t *testing.T, r runner) {
		var struck atomic.Int64
		for _, s := range scenarios() {
			for _, method := range []string{get, scan, commit} {
				of := troubles(method)
				for _, name := range slices.Sorted(maps.Keys(of)) {
					for n := 0; ; n++ {
						more := false
						t.Run(fmt.Sprintf("%s/%s %d %s", s.name, method, n, name), func(t *testing.T) {
							more = meets(t, r, s, method, n, of[name])
						})
						if !more || t.Failed() {
							break
						}
						struck.Add(1)
					}
				}
			}
		}
		if struck.Load() < 150 {
			t.Errorf("only %d calls met with trouble", struck.Load())
		}
	})
}

// meets runs a scenario with trouble in the n-th call of a method, and reports
// whether there was such a call.
func meets(t *testing.T, r runner, s scenario, method string, n int, what trouble) bool {
	w := newWorld(t)
	request := s.prepare(t, w)
	good := w.store
	bad := newFaulty(good, method, n, what)
	w.store = bad
	ctx, giveUp := context.WithCancel(context.Background())
	defer giveUp()
	go func() {
		select {
		case <-bad.reached:
			giveUp()
		case <-ctx.Done():
		}
	}()
	first, over, err := r.run(ctx, w, s.operation, request)
	if err != nil {
		first = nil
	}
	calm := &world{engine: w.engine, store: good, clock: clockAt(w.clock.Now())} // for operations while the first may still run
	calm.advance(second)
	s.settle(t, calm, request, first)
	if err := bad.finish(); err != nil {
		t.Errorf("what came late: %v", err)
	}
	<-over
	calm.heard = append(calm.heard, w.heard...)
	calm.checkWhole(t)
	s.end(t, calm, first)
	return bad.struck
}
