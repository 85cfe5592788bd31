package host

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// mustNotBeReady expects exactly this reason.
func mustNotBeReady(t *testing.T, e *Enrol, reason string) {
	t.Helper()
	var why *NotReady
	if err := e.Ready(t.Context()); !errors.As(err, &why) || why.Reason != reason || why.Err == nil {
		t.Errorf("got %v, want the reason %q", err, reason)
	}
}

func mustBeReady(t *testing.T, e *Enrol) {
	t.Helper()
	if err := e.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNotReadyWithAnImpossibleClock(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		mustBeReady(t, i.Enrol)
		for _, year := range []int{1970, 2025, 2300, 9999} {
			i.clock = func() time.Time { return time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC) }
			mustNotBeReady(t, i.Enrol, "the clock is wrong")
		}
		i.clock = time.Now
		mustBeReady(t, i.Enrol)
	})
}

func TestNotReadyWithoutTheStore(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := newFaulty("get", func(context.Context) error { return errDisk })
		i := start(t, native, func(o *Options) { o.Store = store })
		mustBeReady(t, i.Enrol)
		store.armed.Store(true)
		mustNotBeReady(t, i.Enrol, "the store does not answer")
		store.armed.Store(false)
		mustBeReady(t, i.Enrol)
	})
}

// TestNotReadyWithAStoreOfAnotherKey lets another process rekey the store.
func TestNotReadyWithAStoreOfAnotherKey(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store, other := memory.New(), memory.New()
		i := start(t, native, func(o *Options) { o.Store = store })
		mustBeReady(t, i.Enrol)
		start(t, native, func(o *Options) { o.Store, o.SecretKey = other, NewSecretKey() })
		keys, err := other.Get(t.Context(), []string{"meta/keys"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "meta/keys", Data: keys[0].Data}}}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			mustNotBeReady(t, i.Enrol, "the store is sealed with another secret key")
		}
	})
}

// TestNotReadyWithAStoreThatTheCoreRefuses changes the store's metadata under a
// running engine: only a wrong key may be called one.
func TestNotReadyWithAStoreThatTheCoreRefuses(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for _, test := range []struct{ key, data, reason string }{
			{"meta/keys", "{}", "the store cannot be used: meta/keys: the record is damaged"},
			{"meta/keys", `{"v":99}`, "the store cannot be used: meta/keys: the record has version 99, this engine reads up to 1: use a newer engine"},
			{"meta/format", `{"v":1,`, "the store cannot be used: meta/format: the record is damaged"},
			{"meta/format", `{"v":1,"unicode":"1.0.0","buckets":1}`, "the store cannot be used: the store was "},
		} {
			store := memory.New()
			i := start(t, native, func(o *Options) { o.Store = store })
			mustBeReady(t, i.Enrol)
			if _, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: test.key, Data: test.data}}}); err != nil {
				t.Fatal(err)
			}
			var why *NotReady
			err := i.Ready(t.Context())
			if !errors.As(err, &why) || !strings.HasPrefix(why.Reason, test.reason) || errors.Is(err, signup.ErrWrongKey) {
				t.Errorf("%s: got %v, want the reason %q", test.data, err, test.reason)
			}
		}
	})
}

func TestNotReadyWhenClosed(t *testing.T) {
	t.Parallel()
	i := start(t, true, nil)
	if err := i.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustNotBeReady(t, i.Enrol, "the service is shutting down")
}

// unready is an audit trail with a Ready that the test sets.
type unready struct {
	trail
	err error
}

func (u *unready) Ready(context.Context) error { return u.err }

func TestNotReadyWithoutTheAuditTrail(t *testing.T) {
	t.Parallel()
	audit := &unready{}
	i := start(t, true, func(o *Options) { o.Audit = audit })
	mustBeReady(t, i.Enrol)
	audit.err = errDisk
	mustNotBeReady(t, i.Enrol, "the audit trail cannot be written")
}

func TestNotReadyAfterTheEnd(t *testing.T) {
	t.Parallel()
	m := newMortal()
	i := start(t, true, func(o *Options) { o.Store = m })
	m.end()
	<-i.Done()
	mustNotBeReady(t, i.Enrol, "the service must be restarted")
}
