package host

import (
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
			answer, err := moving.Rekey(t.Context(), signup.RekeyRequest{SuperUser: true})
			return err == nil && answer.Done && answer.Moved == 0
		})
		moved := start(t, native, func(o *Options) { o.Store, o.SecretKey = store, newKey })
		answer, err := moved.Get(t.Context(), signup.GetRequest{Username: "ada"})
		if err != nil || answer.User.Email != "ada@example.com" {
			t.Errorf("with the new key alone: %+v %v", answer, err)
		}
	})
}

func TestWhatExpiredIsPurged(t *testing.T) {
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
