package kvtest

import (
	"errors"
	"slices"
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

// subject is a store under test. Its methods end the test on errors, so that a
// test shows only calls and expectations. They are for the goroutine of the
// test; other goroutines call the store itself.
type subject struct {
	*testing.T
	store kv.Store
}

func (s subject) get(keys ...string) []kv.Value {
	s.Helper()
	values, err := s.store.Get(s.Context(), keys)
	if err != nil {
		s.Fatalf("get %q: %v", keys, err)
	}
	if len(values) != len(keys) {
		s.Fatalf("get %q: %d values for %d keys", keys, len(values), len(keys))
	}
	return values
}

func (s subject) commit(batch kv.Batch) {
	s.Helper()
	applied, err := s.store.Commit(s.Context(), batch)
	if err != nil || !applied {
		s.Fatalf("commit: got (%v, %v), want (true, nil)", applied, err)
	}
}

// put sets keys to values, which alternate in the arguments.
func (s subject) put(keysAndValues ...string) {
	s.Helper()
	var batch kv.Batch
	for pair := range slices.Chunk(keysAndValues, 2) {
		batch.Puts = append(batch.Puts, kv.Put{Key: pair[0], Data: pair[1]})
	}
	s.commit(batch)
}

// refuse commits a batch with a check that does not hold.
func (s subject) refuse(batch kv.Batch) {
	s.Helper()
	applied, err := s.store.Commit(s.Context(), batch)
	if err != nil || applied {
		s.Fatalf("commit: got (%v, %v), want (false, nil)", applied, err)
	}
}

func (s subject) scan(prefix, after string, limit int) []kv.Entry {
	s.Helper()
	entries, err := s.store.Scan(s.Context(), prefix, after, limit)
	if err != nil {
		s.Fatalf("scan of prefix %q after %q: %v", prefix, after, err)
	}
	return entries
}

func (s subject) scanKeys(prefix, after string, limit int) []string {
	s.Helper()
	var keys []string
	for _, entry := range s.scan(prefix, after, limit) {
		keys = append(keys, entry.Key)
	}
	return keys
}

// holds fails the test unless the store holds exactly these keys and values.
func (s subject) holds(keysAndValues ...string) {
	s.Helper()
	var got []string
	for _, entry := range s.scan("", "", kv.MaxScanLimit) {
		got = append(got, entry.Key, entry.Data)
	}
	if !slices.Equal(got, keysAndValues) {
		s.Fatalf("the store holds %q, want %q", got, keysAndValues)
	}
}

// gaveUp reports whether an error is one that a concurrent caller may always
// get and that means that nothing was applied.
func gaveUp(err error) bool {
	return errors.Is(err, kv.ErrConflict)
}
