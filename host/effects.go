package host

import (
	"context"
	"crypto/rand"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// effects is the signup.Host of one operation: each effect ends with the
// operation's context.
type effects struct {
	*Enrol
	ctx context.Context
}

var _ signup.Host = (*effects)(nil)

func (e *effects) Get(keys []string) ([]kv.Value, error) {
	return e.options.Store.Get(e.ctx, keys)
}

func (e *effects) Commit(batch kv.Batch) (failed []string, err error) {
	return e.options.Store.Commit(e.ctx, batch)
}

func (e *effects) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	return e.options.Store.Scan(e.ctx, prefix, after, limit)
}

func (e *effects) Entropy(n int) ([]byte, error) {
	random := make([]byte, n)
	_, err := rand.Read(random)
	return random, err
}

func (e *effects) Now() (int64, error) { return e.clock().UnixMilli(), nil }

func (e *effects) Audit(event signup.AuditEvent) error {
	return e.options.Audit.Append(e.ctx, AuditEntry{Time: e.clock(), AuditEvent: event})
}

func (e *effects) Call(call signup.ServiceCall) (string, error) {
	return e.services.call(e.ctx, call)
}

// DeriveKey hashes a password with native code, on as many cores as there are
// but no more: each hash takes memory, and more at once make none of them
// faster.
func (e *effects) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	select {
	case e.hashing <- struct{}{}:
	case <-e.ctx.Done():
		return nil, e.ctx.Err()
	}
	defer func() { <-e.hashing }()
	return signup.DeriveKey(params, password, salt)
}
