package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// world is a host in which everything is decided beforehand: the clock stands
// still until it is moved, random bytes come from a counter, and services
// answer what they are told to.
type world struct {
	store    *memory.Store
	now      int64
	drawn    uint64
	services map[string]func(signup.ServiceCall) (string, error)
	noKDF    bool // leave password hashing to the core
}

var _ signup.Host = (*world)(nil)

func newWorld() *world {
	return &world{
		store:    memory.New(),
		now:      1_790_000_000_000,
		services: map[string]func(signup.ServiceCall) (string, error){},
	}
}

// Times for moving the clock, in milliseconds.
const (
	second = 1_000
	minute = 60 * second
	day    = 24 * 60 * minute
)

func (w *world) Get(keys []string) ([]kv.Value, error) {
	return w.store.Get(context.Background(), keys)
}

func (w *world) Commit(batch kv.Batch) ([]string, error) {
	return w.store.Commit(context.Background(), batch)
}

func (w *world) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	return w.store.Scan(context.Background(), prefix, after, limit)
}

func (w *world) Entropy(n int) ([]byte, error) {
	var random []byte
	for len(random) < n {
		w.drawn++
		block := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("transcript "), w.drawn))
		random = append(random, block[:]...)
	}
	return random[:n], nil
}

func (w *world) Now() (int64, error) { return w.now, nil }

func (w *world) Audit(signup.AuditEvent) error { return nil }

func (w *world) Call(call signup.ServiceCall) (string, error) {
	service := w.services[call.Service]
	if service == nil {
		return "", errors.New("there is no such service")
	}
	return service(call)
}

func (w *world) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	if w.noKDF {
		return nil, signup.ErrNoKDF
	}
	return signup.DeriveKey(params, password, salt)
}
