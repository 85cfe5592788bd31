package kvtest

import (
	"errors"
	"slices"
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

// subject is a store under test. Its methods end the test at an error, so that
// a test reads as what it asks and what it wants. They are for the goroutine
// of the test; others call the store itself.
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
	failed, err := s.store.Commit(s.Context(), batch)
	if err != nil || failed != nil {
		s.Fatalf("commit: got (%q, %v), want (nil, nil)", failed, err)
	}
}

// put sets keys to values, which alternate in its arguments.
func (s subject) put(keysAndValues ...string) {
	s.Helper()
	var batch kv.Batch
	for pair := range slices.Chunk(keysAndValues, 2) {
		batch.Puts = append(batch.Puts, kv.Put{Key: pair[0], Data: pair[1]})
	}
	s.commit(batch)
}

// refuse commits what must fail the checks of exactly these keys.
func (s subject) refuse(batch kv.Batch, want ...string) {
	s.Helper()
	failed, err := s.store.Commit(s.Context(), batch)
	if err != nil || !slices.Equal(failed, want) {
		s.Fatalf("commit: got (%q, %v), want the failed checks %q", failed, err, want)
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

// gaveUp tells whether an error is one that a concurrent caller may always get
// and that says that nothing was applied.
func gaveUp(err error) bool {
	return errors.Is(err, kv.ErrConflict)
}
