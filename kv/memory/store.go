// Package memory is a kv.Store in the memory of one process, for tests,
// simulations and demonstrations. New makes one.
//
// It meets the contract of kv.Store except durability: its data ends with the
// process. Keys are kept in one sorted slice, so a new key costs a copy of that
// slice: fine for a hundred thousand keys, not for millions.
package memory

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

// Store is a store in memory. Use New to make one.
type Store struct {
	mu     sync.RWMutex
	values map[string]kv.Value
	keys   []string // the keys of values, sorted
	closed bool
}

var _ kv.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	return &Store{values: make(map[string]kv.Value)}
}

// Get implements kv.Store.
func (s *Store) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	if err := kv.CheckKeys(keys); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	values := make([]kv.Value, len(keys))
	for i, key := range keys {
		values[i] = s.values[key]
	}
	return values, nil
}

// Commit implements kv.Store.
func (s *Store) Commit(ctx context.Context, batch kv.Batch) (applied bool, err error) {
	if err := kv.CheckBatch(batch); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return false, err
	}
	for _, check := range batch.Checks {
		if s.values[check.Key].Version != check.Version {
			return false, nil
		}
	}
	for _, put := range batch.Puts {
		s.put(put)
	}
	for _, key := range batch.Deletes {
		s.delete(key)
	}
	return true, nil
}

// Scan implements kv.Store.
func (s *Store) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	if err := kv.CheckScan(limit); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	from, exact := slices.BinarySearch(s.keys, max(prefix, after))
	if exact && s.keys[from] == after {
		from++
	}
	var entries []kv.Entry
	for _, key := range s.keys[from:] {
		if len(entries) == limit || !strings.HasPrefix(key, prefix) {
			break
		}
		entries = append(entries, kv.Entry{Key: key, Value: s.values[key]})
	}
	return entries, nil
}

// Close implements kv.Store. It also releases all data.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.values, s.keys = true, nil, nil
	return nil
}

// ready checks the context under the lock, so that a call that waited too long
// does nothing.
func (s *Store) ready(ctx context.Context) error {
	if s.closed {
		return kv.ErrClosed
	}
	return ctx.Err()
}

func (s *Store) put(put kv.Put) {
	if _, exists := s.values[put.Key]; !exists {
		i, _ := slices.BinarySearch(s.keys, put.Key)
		s.keys = slices.Insert(s.keys, i, put.Key)
	}
	s.values[put.Key] = kv.Value{Version: kv.Version(put.Data), Data: put.Data}
}

func (s *Store) delete(key string) {
	if _, exists := s.values[key]; !exists {
		return
	}
	i, _ := slices.BinarySearch(s.keys, key)
	s.keys = slices.Delete(s.keys, i, i+1)
	delete(s.values, key)
}

// Exclusive reports that no other process can use the store.
func (s *Store) Exclusive() bool { return true }
