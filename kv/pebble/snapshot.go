package pebble

import (
	"context"
	"errors"
	"fmt"
	"sync"

	engine "github.com/cockroachdb/pebble/v2"

	"github.com/enrol-sso/enrol/kv"
)

// Snapshot is the content of a Store at one moment. Commits continue meanwhile, but
// the disk keeps what they replace until Close.
type Snapshot struct {
	store   *Store
	content *engine.Snapshot
	close   sync.Once
	err     error
}

// Snapshot returns the content of this moment. Its caller closes it, and the store's
// Close waits for that.
func (s *Store) Snapshot(ctx context.Context) (*Snapshot, error) {
	if !s.enter() {
		return nil, s.ended()
	}
	var content *engine.Snapshot
	var taken decision
	_, left, err := call(ctx, s, func() (struct{}, error) {
		content = s.db.NewSnapshot()
		if !taken.begin() {
			return struct{}{}, content.Close() // the caller has left
		}
		// What a crash could still undo is part of the content, so all commits count.
		return struct{}{}, s.durable(s.ledger.last())
	})
	if left && taken.callOff() {
		s.calls.Done()
		return nil, err
	}
	snapshot := &Snapshot{store: s, content: content}
	if err != nil {
		return nil, errors.Join(err, snapshot.Close())
	}
	return snapshot, nil
}

// Scan is kv.Store.Scan of the content of the snapshot.
func (p *Snapshot) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	if err := kv.CheckScan(limit); err != nil {
		return nil, err
	}
	entries, _, err := call(ctx, p.store, func() ([]kv.Entry, error) { return p.store.scanOf(p.content, prefix, after, limit) })
	return entries, err
}

// Close releases the content. Closing twice is not an error.
func (p *Snapshot) Close() error {
	p.close.Do(func() {
		defer p.store.calls.Done()
		closed := make(chan error, 1)
		go func() { // which may never end if the store has closed itself
			defer p.store.rescue("closing a snapshot")
			closed <- p.content.Close()
		}()
		select {
		case err := <-closed:
			if err != nil {
				p.err = fmt.Errorf("kv/pebble: %s: closing a snapshot: %w", p.store.dir, plain(err))
			}
		case <-p.store.failure.happened:
			p.err = p.store.ended()
		}
	})
	return p.err
}
