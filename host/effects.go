package host

import (
	"context"
	"crypto/rand"
	"sync/atomic"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// effects is the signup.Host of one operation. Each effect ends with the
// operation's context.
type effects struct {
	*Enrol
	ctx       context.Context
	operation string
	committed atomic.Bool // it attempted a commit
}

var _ signup.Host = (*effects)(nil)

func (e *effects) Get(keys []string) ([]kv.Value, error) {
	return e.options.Store.Get(e.ctx, keys)
}

func (e *effects) Commit(batch kv.Batch) (applied bool, err error) {
	e.committed.Store(true)
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
	if e.operation == "dispatch" { // it ignores the answers of services
		return "", e.services.deliver(e.ctx, call)
	}
	return e.services.call(e.ctx, call, true)
}

// DeriveKey hashes a password with native code, at most one hash per core: each
// takes memory, and more at once would not be faster. Operations take turns.
func (e *effects) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	return e.hashing.hash(e.ctx, e.operation, params, password, salt)
}
