package kvtest

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
)

// Each type below is a store with one fault, of the kinds that real stores
// have had. All of them answer a single caller rightly, or nearly always do.

// lostUpdate checks first and writes later.
type lostUpdate struct{ kv.Store }

func (s lostUpdate) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	failed, err := s.Store.Commit(ctx, kv.Batch{Checks: batch.Checks})
	if failed != nil || err != nil {
		return failed, err
	}
	runtime.Gosched()
	batch.Checks = nil
	return s.Store.Commit(ctx, batch)
}

// writeSkew forgets the checks of keys that the batch does not change.
type writeSkew struct{ kv.Store }

func (s writeSkew) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	if failed, err := s.Store.Commit(ctx, kv.Batch{Checks: batch.Checks}); failed != nil || err != nil {
		return failed, err
	}
	runtime.Gosched()
	changed := make(map[string]bool)
	for _, put := range batch.Puts {
		changed[put.Key] = true
	}
	for _, key := range batch.Deletes {
		changed[key] = true
	}
	var checks []kv.Check
	for _, check := range batch.Checks {
		if changed[check.Key] {
			checks = append(checks, check)
		}
	}
	batch.Checks = checks
	return s.Store.Commit(ctx, batch)
}

// tornBatch applies deletes a moment after puts.
type tornBatch struct{ kv.Store }

func (s tornBatch) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	deletes := batch.Deletes
	if len(batch.Puts) > 0 {
		batch.Deletes = nil
		if failed, err := s.Store.Commit(ctx, batch); failed != nil || err != nil {
			return failed, err
		}
		runtime.Gosched()
		batch = kv.Batch{}
	}
	batch.Deletes = deletes
	return s.Store.Commit(ctx, batch)
}

// lostDelete forgets the deletes of a batch that puts as well.
type lostDelete struct{ kv.Store }

func (s lostDelete) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	if len(batch.Puts) > 0 {
		batch.Deletes = nil
	}
	return s.Store.Commit(ctx, batch)
}

// staleRead answers every third get of one key with what it was before.
type staleRead struct {
	kv.Store
	mu    *sync.Mutex
	reads map[string][]kv.Value
}

func (s staleRead) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	values, err := s.Store.Get(ctx, keys)
	if len(keys) == 1 && err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		before := append(s.reads[keys[0]], values[0])
		s.reads[keys[0]] = before
		if n := len(before); n%3 == 0 {
			return before[n-2 : n-1], nil
		}
	}
	return values, err
}

// tornGet reads one key after the other.
type tornGet struct{ kv.Store }

func (s tornGet) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	var values []kv.Value
	for _, key := range keys {
		value, err := s.Store.Get(ctx, []string{key})
		if err != nil {
			return nil, err
		}
		values = append(values, value...)
		runtime.Gosched()
	}
	return values, nil
}

// phantomScan reads one entry after the other.
type phantomScan struct{ kv.Store }

func (s phantomScan) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	var entries []kv.Entry
	for len(entries) < limit {
		entry, err := s.Store.Scan(ctx, prefix, after, 1)
		if err != nil || len(entry) == 0 {
			return entries, err
		}
		entries = append(entries, entry...)
		after = entry[0].Key
		runtime.Gosched()
	}
	return entries, nil
}

// earlyAnswer acknowledges a commit before others can see it.
type earlyAnswer struct {
	kv.Store
	applying *sync.WaitGroup
}

func (s earlyAnswer) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	if failed, err := s.Store.Commit(ctx, kv.Batch{Checks: batch.Checks}); failed != nil || err != nil {
		return failed, err
	}
	s.applying.Go(func() { _, _ = s.Store.Commit(ctx, batch) })
	return nil, nil
}

// shortRefusal tells only the first of the checks that failed.
type shortRefusal struct{ kv.Store }

func (s shortRefusal) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	failed, err := s.Store.Commit(ctx, batch)
	if len(failed) > 1 {
		failed = failed[:1]
	}
	return failed, err
}

// countPerKey tells as a version how often a key was put since it was absent.
type countPerKey struct {
	kv.Store
	mu   *sync.Mutex
	puts map[string]int
}

func (s countPerKey) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	values, err := s.Store.Get(ctx, keys)
	for i, key := range keys {
		values[i].Version = s.version(key)
	}
	return values, err
}

func (s countPerKey) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries, err := s.Store.Scan(ctx, prefix, after, limit)
	for i := range entries {
		entries[i].Version = s.version(entries[i].Key)
	}
	return entries, err
}

func (s countPerKey) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failed []string
	for _, check := range batch.Checks {
		if s.version(check.Key) != check.Version {
			failed = append(failed, check.Key)
		}
	}
	if failed != nil {
		return failed, nil
	}
	for _, put := range batch.Puts {
		s.puts[put.Key]++
	}
	for _, key := range batch.Deletes {
		delete(s.puts, key)
	}
	batch.Checks = nil
	return s.Store.Commit(ctx, batch)
}

func (s countPerKey) version(key string) string {
	if n := s.puts[key]; n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

func TestTheHammerFindsTheFaultOf(t *testing.T) {
	for name, open := range map[string]func(s kv.Store) kv.Store{
		"lostUpdate":   func(s kv.Store) kv.Store { return lostUpdate{s} },
		"writeSkew":    func(s kv.Store) kv.Store { return writeSkew{s} },
		"tornBatch":    func(s kv.Store) kv.Store { return tornBatch{s} },
		"lostDelete":   func(s kv.Store) kv.Store { return lostDelete{s} },
		"staleRead":    func(s kv.Store) kv.Store { return staleRead{s, new(sync.Mutex), make(map[string][]kv.Value)} },
		"tornGet":      func(s kv.Store) kv.Store { return tornGet{s} },
		"phantomScan":  func(s kv.Store) kv.Store { return phantomScan{s} },
		"earlyAnswer":  func(s kv.Store) kv.Store { return earlyAnswer{s, new(sync.WaitGroup)} },
		"shortRefusal": func(s kv.Store) kv.Store { return shortRefusal{s} },
		"countPerKey":  func(s kv.Store) kv.Store { return countPerKey{s, new(sync.Mutex), make(map[string]int)} },
	} {
		t.Run(name, func(t *testing.T) {
			const attempts = 100 // one or two are enough on most machines
			for i := range attempts {
				store := open(memory.New())
				history, err := hammer(t.Context(), store, load{workers: 8, calls: 100, seed: uint64(i)})
				if err != nil {
					t.Fatal(err)
				}
				if early, ok := store.(earlyAnswer); ok {
					early.applying.Wait()
				}
				if err := verify(history); err != nil {
					t.Logf("found in attempt %d: %.300v", i+1, err)
					return
				}
			}
			t.Errorf("not found in %d attempts", attempts)
		})
	}
}

// forgetful answers some of the first commits with ErrUnknown, whether applied
// or not.
type forgetful struct {
	kv.Store
	mu    *sync.Mutex
	calls *int
}

func (s forgetful) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	s.mu.Lock()
	*s.calls++
	n := *s.calls
	s.mu.Unlock()
	if n < 200 && n%10 == 0 {
		return nil, kv.ErrUnknown
	}
	failed, err := s.Store.Commit(ctx, batch)
	if n < 200 && n%10 == 5 {
		return nil, kv.ErrUnknown
	}
	return failed, err
}

func TestLostAnswersAreNoFault(t *testing.T) {
	store := forgetful{memory.New(), new(sync.Mutex), new(int)}
	history, err := hammer(t.Context(), store, load{workers: 8, calls: 100, seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(history); err != nil {
		t.Error(err)
	}
}
