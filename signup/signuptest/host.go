package signuptest

import (
	"context"
	"io"
	"slices"
	"sync"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup/internal/effects"
	"github.com/enrol-sso/enrol/signup/internal/phc"
)

// Host is a signup.Host for tests. Set its fields between runs, not during one.
// To run operations concurrently on one installation, give each its own Host
// and let the Hosts share a Store and a Clock.
type Host struct {
	Store  kv.Store
	Clock  *Clock
	Random io.Reader // the source of Entropy

	// Services answers calls. If nil, every call is accepted, as by Accept.
	Services func(effects.ServiceCall) (answer string, err error)

	// Derive hashes passwords. If nil, QuickKey does.
	Derive func(params phc.Params, password, salt []byte) ([]byte, error)

	// Around, if set, runs in place of every effect, and calls perform to
	// perform the effect. The error that it returns is the answer of the
	// effect, whether the effect was performed or not. It may also block,
	// change what the test reads, or end the goroutine of the run.
	Around func(e Effect, perform func() error) error

	mu      sync.Mutex
	effects []Effect
}

// New returns a Host with an empty store, a clock at StartTime, and random
// bytes of seed 1.
func New() *Host {
	return &Host{Store: memory.New(), Clock: NewClock(), Random: Seeded(1)}
}

// Effects returns the requested effects in order, whether they were performed
// or not.
func (h *Host) Effects() []Effect {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.effects)
}

// Forget clears the recorded effects.
func (h *Host) Forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.effects = nil
}

// AuditTrail returns the events of all audit effects.
func (h *Host) AuditTrail() []effects.AuditEvent {
	var events []effects.AuditEvent
	for _, e := range h.Effects() {
		if e.Kind == Audit {
			events = append(events, e.Event)
		}
	}
	return events
}

// Calls returns the calls of all services: validations, messages and callbacks.
func (h *Host) Calls() []effects.ServiceCall {
	var calls []effects.ServiceCall
	for _, e := range h.Effects() {
		if e.Kind == Call {
			calls = append(calls, e.Call)
		}
	}
	return calls
}

func (h *Host) do(e Effect, perform func() error) error {
	h.mu.Lock()
	h.effects = append(h.effects, e)
	h.mu.Unlock()
	if h.Around != nil {
		return h.Around(e, perform)
	}
	return perform()
}

// Get implements signup.Host, as do the methods below.
func (h *Host) Get(keys []string) (values []kv.Value, err error) {
	err = h.do(Effect{Kind: Get, Keys: slices.Clone(keys)}, func() (err error) {
		values, err = h.Store.Get(context.Background(), keys)
		return err
	})
	return values, err
}

// Commit writes to the store.
func (h *Host) Commit(batch kv.Batch) (applied bool, err error) {
	err = h.do(Effect{Kind: Commit, Batch: batch}, func() (err error) {
		applied, err = h.Store.Commit(context.Background(), batch)
		return err
	})
	return applied, err
}

// Scan reads a range of the store.
func (h *Host) Scan(prefix, after string, limit int) (entries []kv.Entry, err error) {
	err = h.do(Effect{Kind: Scan, Prefix: prefix, After: after, Limit: limit}, func() (err error) {
		entries, err = h.Store.Scan(context.Background(), prefix, after, limit)
		return err
	})
	return entries, err
}

// Entropy reads from Random.
func (h *Host) Entropy(n int) ([]byte, error) {
	random := make([]byte, n)
	err := h.do(Effect{Kind: Entropy, Bytes: n}, func() error {
		_, err := io.ReadFull(h.Random, random)
		return err
	})
	return random, err
}

// Now reads the clock.
func (h *Host) Now() (ms int64, err error) {
	err = h.do(Effect{Kind: Now}, func() error {
		ms = h.Clock.Now()
		return nil
	})
	return ms, err
}

// Audit records the event.
func (h *Host) Audit(event effects.AuditEvent) error {
	return h.do(Effect{Kind: Audit, Event: event}, func() error { return nil })
}

// Call calls Services.
func (h *Host) Call(call effects.ServiceCall) (answer string, err error) {
	services := h.Services
	if services == nil {
		services = Accept
	}
	err = h.do(Effect{Kind: Call, Call: call}, func() (err error) {
		answer, err = services(call)
		return err
	})
	return answer, err
}

// DeriveKey calls Derive.
func (h *Host) DeriveKey(params phc.Params, password, salt []byte) (key []byte, err error) {
	derive := h.Derive
	if derive == nil {
		derive = QuickKey
	}
	err = h.do(Effect{Kind: DeriveKey, Params: params, Bytes: len(salt)}, func() (err error) {
		key, err = derive(params, password, salt)
		return err
	})
	return key, err
}
