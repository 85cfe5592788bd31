package host

import (
	"context"
	"crypto/rand"
	"sync/atomic"
	"time"

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
	var values []kv.Value
	var err error
	e.metrics.timed("get", func() error {
		values, err = e.options.Store.Get(e.ctx, keys)
		return err
	})
	return values, err
}

func (e *effects) Commit(batch kv.Batch) (applied bool, err error) {
	e.committed.Store(true)
	e.metrics.timed("commit", func() error {
		applied, err = e.options.Store.Commit(e.ctx, batch)
		return err
	})
	return applied, err
}

func (e *effects) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	var entries []kv.Entry
	var err error
	e.metrics.timed("scan", func() error {
		entries, err = e.options.Store.Scan(e.ctx, prefix, after, limit)
		return err
	})
	return entries, err
}

func (e *effects) Entropy(n int) ([]byte, error) {
	random := make([]byte, n)
	_, err := rand.Read(random)
	return random, err
}

func (e *effects) Now() (int64, error) { return e.clock().UnixMilli(), nil }

func (e *effects) Audit(event signup.AuditEvent) error {
	began := time.Now()
	err := e.options.Audit.Append(e.ctx, AuditEntry{Time: e.clock(), AuditEvent: event})
	e.metrics.audited(began, err)
	return err
}

func (e *effects) Call(call signup.ServiceCall) (string, error) {
	if e.operation == "dispatch" { // it ignores the answers of services
		began := time.Now()
		err := e.services.deliver(e.ctx, call)
		e.metrics.delivery(e.Config(), call.Service, err, time.Since(began))
		return "", err
	}
	return e.services.call(e.ctx, call, true)
}

// DeriveKey hashes a password with native code, at most one hash per core: each
// takes memory, and more at once would not be faster. Operations take turns.
func (e *effects) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	return e.hashing.hash(e.ctx, e.operation, params, password, salt)
}
