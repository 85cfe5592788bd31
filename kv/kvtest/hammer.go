package kvtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

// load sets the load of the hammer.
type load struct {
	workers, calls int    // calls of each worker
	seed           uint64 // of the workers' choices; the schedule is the machine's
}

// hammered are the few keys that the workers compete for.
var hammered = []string{"h/1", "h/2", "h/3", "h/3/%", "h/4", "i"}

// hammer lets workers get, scan and commit at the same time and returns the
// history. All written values differ. It returns an error that a store must not
// return to a caller that follows the contract.
func hammer(ctx context.Context, store kv.Store, l load) (*history, error) {
	var (
		h       history
		running sync.WaitGroup
		errs    = make([]error, l.workers)
	)
	for i := range l.workers {
		w := worker{
			name:   fmt.Sprint(i),
			store:  store,
			random: rand.New(rand.NewPCG(l.seed, uint64(i))),
			known:  make(map[string]string),
		}
		running.Go(func() {
			for range l.calls {
				if errs[i] = w.call(ctx, &h); errs[i] != nil {
					return
				}
			}
		})
	}
	running.Wait()
	return &h, errors.Join(errs...)
}

// worker is one caller. It uses the versions that it last saw, which may be
// stale.
type worker struct {
	name   string
	store  kv.Store
	random *rand.Rand
	known  map[string]string // key: version
	writes int
}

func (w *worker) call(ctx context.Context, h *history) error {
	switch n := w.random.IntN(100); {
	case n < 15:
		return w.get(ctx, h, w.keys(1+w.random.IntN(4)))
	case n < 30:
		return w.scan(ctx, h)
	case n < 85: // on fresh versions
		keys := w.keys(1 + w.random.IntN(3))
		if err := w.get(ctx, h, keys); err != nil {
			return err
		}
		return w.commit(ctx, h, keys)
	default: // on remembered versions
		return w.commit(ctx, h, w.keys(1+w.random.IntN(3)))
	}
}

func (w *worker) get(ctx context.Context, h *history, keys []string) error {
	o := operation{get: keys, begin: h.now()}
	values, err := w.store.Get(ctx, keys)
	o.end = h.now()
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	for i, value := range values {
		w.known[keys[i]] = value.Version
	}
	o.values = values
	h.add(o)
	return nil
}

func (w *worker) scan(ctx context.Context, h *history) error {
	r := scanRange{limit: 1 + w.random.IntN(len(hammered)+1)}
	if w.random.IntN(2) == 0 {
		r.prefix = "h/"
	}
	if w.random.IntN(3) == 0 {
		r.after = w.keys(1)[0]
	}
	o := operation{scan: &r, begin: h.now()}
	entries, err := w.store.Scan(ctx, r.prefix, r.after, r.limit)
	o.end = h.now()
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	for _, entry := range entries {
		w.known[entry.Key] = entry.Version
	}
	o.entries = entries
	h.add(o)
	return nil
}

// commit checks all keys and changes some of them, or occasionally none, or one
// that it did not check.
func (w *worker) commit(ctx context.Context, h *history, keys []string) error {
	var batch kv.Batch
	for _, key := range keys {
		batch.Checks = append(batch.Checks, kv.Check{Key: key, Version: w.known[key]})
		switch n := w.random.IntN(10); {
		case n < 5:
			batch.Puts = append(batch.Puts, kv.Put{Key: key, Data: w.unique()})
		case n < 8:
			batch.Deletes = append(batch.Deletes, key)
		}
	}
	if w.random.IntN(20) == 0 && len(batch.Checks) > 1 {
		batch.Checks = batch.Checks[1:]
	}
	o := operation{commit: &batch, begin: h.now()}
	applied, err := w.store.Commit(ctx, batch)
	o.end = h.now()
	switch {
	case errors.Is(err, kv.ErrUnknown):
		o.end = never
	case gaveUp(err):
		return nil // nothing was applied: as if there had been no call
	case err != nil:
		return fmt.Errorf("commit: %w", err)
	}
	o.refused = err == nil && !applied
	h.add(o)
	return nil
}

// keys picks n keys of the hammered ones, in any order.
func (w *worker) keys(n int) []string {
	keys := make([]string, n)
	for i, k := range w.random.Perm(len(hammered))[:n] {
		keys[i] = hammered[k]
	}
	return keys
}

func (w *worker) unique() string {
	w.writes++
	return fmt.Sprintf("%s.%d", w.name, w.writes)
}
