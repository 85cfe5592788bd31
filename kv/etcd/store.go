// Package etcd is the kv.Store of several machines without a database server:
// the keys under a prefix of an etcd cluster. Open is its one entry point.
//
// It meets the contract of kv.Store. A commit is one transaction that compares
// the modification revisions of its checks, a version is such a revision, and
// reads are linearizable. What a call has returned is on the disks of a majority
// of the members. A get, a scan and a commit take one round trip each.
//
// A store has these keys, where PREFIX is the path of the URL:
//
//	PREFIX/format     "enrol kv/etcd 1 ID": the version of this format, and a
//	                  random id of the store
//	PREFIX/kv/KEY     the value of KEY
//
// Every call compares PREFIX/format with what Open found. So a store that was
// deleted or replaced, a newer format and a member of another cluster are errors,
// and not a store without keys.
//
// A user needs the permission readwrite for the keys with the prefix PREFIX/.
//
// A version must not recur. Revisions go back if a cluster is restored from a
// snapshot: stop all programs on the store before.
//
// The server's limits are far above what the contract allows in one call (41
// operations and 0.3 MiB; its defaults are 128 and 1.5 MiB). It keeps old
// revisions until the operator compacts them, and frees their space when the
// operator defragments: without either, it reaches its quota and refuses commits.
package etcd

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/enrol-sso/enrol/kv"
)

// Options configure a Store. The zero value is fine.
type Options struct {
	// Timeout is the longest time of a call, which its context may end earlier; 0
	// means 10 s. The cluster itself gives up after 7 s by default.
	Timeout time.Duration
}

// Store is an open store. Use Open to make one.
type Store struct {
	client  *clientv3.Client
	place   place
	record  string        // the value of PREFIX/format
	timeout time.Duration // Options.Timeout

	closed  atomic.Bool
	ended   context.Context // done when the store is closed: nobody tries again then
	end     context.CancelFunc
	running sync.RWMutex // held shared by each running call
	close   sync.Once
}

var _ kv.Store = (*Store)(nil)

var errClosed = fmt.Errorf("kv/etcd: %w", kv.ErrClosed)

// Empty reports whether the store has no keys.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	entries, err := s.Scan(ctx, "", "", 1)
	return len(entries) == 0 && err == nil, err
}

// Close implements kv.Store. It waits for running calls, each of which has an
// end of its own.
func (s *Store) Close() (err error) {
	s.close.Do(func() {
		s.closed.Store(true)
		s.end()
		s.running.Lock()
		defer s.running.Unlock()
		err = s.client.Close()
	})
	return err
}

// begin returns the function that ends a call, or an error if the store is
// closed.
func (s *Store) begin() (done func(), err error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	s.running.RLock()
	if s.closed.Load() {
		s.running.RUnlock()
		return nil, errClosed
	}
	return s.running.RUnlock, nil
}
