package host

import (
	"context"

	"github.com/enrol-sso/enrol/kv"
)

// between is a store that calls the test before each call, and fails with its
// error. The test may also block, or panic.
type between struct {
	kv.Store
	before func(ctx context.Context, call string) error // call is get, commit or scan
	after  func(call string) error                      // of a commit that was applied; may be nil
}

func (b *between) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	if err := b.before(ctx, "get"); err != nil {
		return nil, err
	}
	return b.Store.Get(ctx, keys)
}

func (b *between) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	if err := b.before(ctx, "commit"); err != nil {
		return false, err
	}
	applied, err := b.Store.Commit(ctx, batch)
	if applied && b.after != nil {
		err = b.after("commit")
	}
	return applied, err
}

func (b *between) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	if err := b.before(ctx, "scan"); err != nil {
		return nil, err
	}
	return b.Store.Scan(ctx, prefix, after, limit)
}
