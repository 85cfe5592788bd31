package kvtest

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
)

// Each type below is a store with one fault that real stores have had. All of
// them serve a single caller correctly, or nearly always.

// lostUpdate checks first and writes later.
type lostUpdate struct{ kv.Store }

func (s lostUpdate) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	applied, err := s.Store.Commit(ctx, kv.Batch{Checks: batch.Checks})
	if err != nil || !applied {
		return applied, err
	}
	runtime.Gosched()
	batch.Checks = nil
	return s.Store.Commit(ctx, batch)
}

// writeSkew forgets the checks of keys that the batch does not change.
type writeSkew struct{ kv.Store }

func (s writeSkew) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	if applied, err := s.Store.Commit(ctx, kv.Batch{Checks: batch.Checks}); err != nil || !applied {
		return applied, err
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

func (s tornBatch) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	deletes := batch.Deletes
	if len(batch.Puts) > 0 {
		batch.Deletes = nil
		if applied, err := s.Store.Commit(ctx, batch); err != nil || !applied {
			return applied, err
		}
		runtime.Gosched()
		batch = kv.Batch{}
	}
	batch.Deletes = deletes
	return s.Store.Commit(ctx, batch)
}

// lostDelete forgets the deletes of a batch with puts.
type lostDelete struct{ kv.Store }

func (s lostDelete) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	if len(batch.Puts) > 0 {
		batch.Deletes = nil
	}
	return s.Store.Commit(ctx, batch)
}

// staleRead answers every third get of one key with its previous value.
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

func (s earlyAnswer) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	if applied, err := s.Store.Commit(ctx, kv.Batch{Checks: batch.Checks}); err != nil || !applied {
		return applied, err
	}
	s.applying.Go(func() { _, _ = s.Store.Commit(ctx, batch) })
	return true, nil
}

// falseRefusal refuses every tenth commit, whether its checks hold or not.
type falseRefusal struct {
	kv.Store
	commits *atomic.Int32
}

func (s falseRefusal) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	if s.commits.Add(1)%10 == 0 {
		return false, nil
	}
	return s.Store.Commit(ctx, batch)
}

// countPerKey's version is how often a key was put since it was absent.
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

func (s countPerKey) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, check := range batch.Checks {
		if s.version(check.Key) != check.Version {
			return false, nil
		}
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
		"falseRefusal": func(s kv.Store) kv.Store { return falseRefusal{s, new(atomic.Int32)} },
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

func (s forgetful) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	s.mu.Lock()
	*s.calls++
	n := *s.calls
	s.mu.Unlock()
	if n < 200 && n%10 == 0 {
		return false, kv.ErrUnknown
	}
	applied, err := s.Store.Commit(ctx, batch)
	if n < 200 && n%10 == 5 {
		return false, kv.ErrUnknown
	}
	return applied, err
}

func TestLostAnswersAreNotFaults(t *testing.T) {
	store := forgetful{memory.New(), new(sync.Mutex), new(int)}
	history, err := hammer(t.Context(), store, load{workers: 8, calls: 100, seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(history); err != nil {
		t.Error(err)
	}
}
