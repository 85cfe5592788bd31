package host

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// TestModesShareAStore continues in one mode with a store that the other mode
// wrote.
func TestModesShareAStore(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		var box inbox
		share := func(o *Options) {
			callbacks(o, &box, "crm.created")
			o.Store = store
		}
		one, other := start(t, native, share), start(t, !native, share)
		token := one.signUp(t, ada())
		id := other.confirm(t, token)
		for _, i := range []*installation{one, other} {
			got, err := i.Get(t.Context(), signup.GetRequest{Username: "ada"})
			if err != nil || got.User.UserID != id || got.User.Email != "ada@example.com" || got.User.SignUpStatus != "final" {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if dispatched, err := other.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil || dispatched.Delivered != 1 {
			t.Errorf("%+v, %v", dispatched, err)
		}
		call := box.all()[0]
		if !strings.Contains(call.Body, string(token)) {
			t.Error("the event lost its token on the way")
		}
		if answer, err := other.Signup(t.Context(), ada()); err != nil || !answer.OK() || answer.ConfirmToken == token {
			t.Errorf("a decoy: %+v, %v", answer, err)
		}
	})
}
