package host

import (
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

const newKey = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"

func TestStoreMovesToANewSecretKeyWhileServing(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		old := start(t, native, func(o *Options) { o.Store = store })
		token := old.signUp(t, ada())
		if answer, err := old.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: token}); err != nil || !answer.OK() {
			t.Fatal(answer, err)
		}
		moving := start(t, native, func(o *Options) {
			o.Store, o.SecretKey = store, newKey+","+testKey
			o.DispatchInterval, o.PurgeInterval = 20*time.Millisecond, 20*time.Millisecond
		})
		eventually(t, "the move", func() bool {
			answer, err := moving.Admin("").Rekey(t.Context(), signup.RekeyRequest{})
			return err == nil && answer.Done && answer.Moved == 0
		})
		moved := start(t, native, func(o *Options) { o.Store, o.SecretKey = store, newKey })
		answer, err := moved.Get(t.Context(), signup.GetRequest{Username: "ada"})
		if err != nil || answer.User.Email != "ada@example.com" {
			t.Errorf("with the new key alone: %+v %v", answer, err)
		}
	})
}

// The pass that retires the old key often has nothing to move: the rest were
// answers that have expired meanwhile. Its end is logged nevertheless, and
// again after a restart, since operators may have missed it.
func TestEndOfARekeyIsLogged(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		const told = "does not need the other"
		store, clock := memory.New(), newClock()
		old := start(t, native, func(o *Options) { o.Store = store })
		old.clock = clock.now
		request := ada()
		request.IdempotencyKey = "key-1"
		old.signUp(t, request)
		if c := newCourier(old.Enrol); !c.rekey() || old.log.String() != "" {
			t.Errorf("with one key the log is\n%s", old.log)
		}
		for _, after := range []time.Duration{0, 25 * time.Hour, 0} {
			clock.advance(after)
			moving := start(t, native, func(o *Options) { o.Store, o.SecretKey = store, newKey+","+testKey })
			moving.clock = clock.now
			c := newCourier(moving.Enrol)
			c.purge("")
			done := c.rekey()
			if log := moving.log.String(); done != strings.Contains(log, told) || done == strings.Contains(log, "keep the old one") {
				t.Errorf("done: %v, and the log is\n%s", done, log)
			}
		}
	})
}

func TestExpiredRecordsArePurged(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		before := start(t, native, func(o *Options) { o.Store = store })
		before.clock = func() time.Time { return time.Now().Add(-48 * time.Hour) }
		before.signUp(t, ada())
		start(t, native, func(o *Options) {
			o.Store = store
			o.DispatchInterval, o.PurgeInterval = 20*time.Millisecond, 20*time.Millisecond
		})
		eventually(t, "the purge", func() bool {
			entries, err := store.Scan(t.Context(), "user/", "", 1)
			return err == nil && len(entries) == 0
		})
	})
}
