package faults

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// lives are the scenarios after the claim.
func lives() []scenario {
	return []scenario{
		{name: "resend", operation: "resend", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.must(t, "signup", signupRequest("ada", "ada@example.com", ""))
			w.advance(2 * minute)
			return `{"cid":"c","username":"ada","email":"ada@example.com"}`
		}},
		{name: "resend again", operation: "resend", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.must(t, "signup", signupRequest("ada", "ada@example.com", ""))
			w.advance(2 * minute)
			w.must(t, "resend", `{"cid":"c","username":"ada","email":"ada@example.com"}`)
			w.advance(2 * minute)
			return `{"cid":"c","username":"ada","email":"ada@example.com"}`
		}},
		{name: "resend to nobody", operation: "resend", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.must(t, "signup", signupRequest("ada", "ada@example.com", ""))
			return `{"cid":"c","username":"eve","email":"ada@example.com"}`
		}},
		{name: "resend of an account", operation: "resend", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			confirmed(t, w, false)
			return `{"cid":"c","username":"ada","email":"ada@example.com"}`
		}},
		{name: "verify", operation: "verify", same: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			confirmed(t, w, false)
			return `{"cid":"c","username":"ada","password":"correct horse"}`
		}},
		{name: "pending", operation: "pending", same: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			confirmed(t, w, true)
			return `{"cid":"c","status":"to-approve","super_user":true}`
		}},
		{name: "approve", operation: "approve", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			return decide(confirmed(t, w, true))
		}},
		{name: "reject", operation: "reject", done: signup.UserIDInvalid, prepare: func(t *testing.T, w *world) string {
			return decide(confirmed(t, w, true))
		}},
		{name: "lock", operation: "lock", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			return decide(confirmed(t, w, false))
		}},
		{name: "unlock", operation: "unlock", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			id := confirmed(t, w, false)
			w.must(t, "lock", decide(id))
			return decide(id)
		}},
		{name: "purge", operation: "purge", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			confirmed(t, w, false)
			w.must(t, "signup", signupRequest("bob", "bob@example.com", "key-1"))
			w.drain(t)
			w.advance(25 * 60 * minute)
			return `{"cid":"c"}`
		}},
		{name: "dead", operation: "dead", same: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			buried(t, w)
			return `{"cid":"c","super_user":true}`
		}},
		{name: "retry", operation: "retry", done: signup.NotAllowed, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			return fmt.Sprintf(`{"cid":"c","super_user":true,"id":%q}`, buried(t, w))
		}},
		{name: "dispatch that buries", operation: "dispatch", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.refuse(t, func() bool { return len(w.list(t, "dead/")) > 0 })
			return `{}`
		}},
		{name: "rekey", operation: "rekey", again: true, username: "ada", accounts: 2, prepare: func(t *testing.T, w *world) string {
			w.store = memory.New()
			old := &world{engine: sweepSettings.engineWith(keys(oldKey)), store: w.store, clock: clockAt(w.clock.Now())}
			old.must(t, "open", `{}`)
			confirmed(t, old, false)
			old.must(t, "signup", signupRequest("bob", "bob@example.com", ""))
			w.must(t, "rekey", `{"cid":"c","super_user":true}`) // both keys are in use
			return `{"cid":"c","super_user":true}`
		}},
	}
}

// refuse makes an account, and refuses every delivery until its events are
// dead.
func (w *world) refuse(t *testing.T, enough func() bool) {
	t.Helper()
	confirmed(t, w, false)
	w.deaf = func(call) error { return errLater }
	for !enough() {
		w.must(t, "dispatch", `{}`)
		w.advance(61 * minute)
	}
	w.deaf = nil
}

// buried makes all events of a signup dead letters, and returns the id of one.
func buried(t *testing.T, w *world) string {
	t.Helper()
	w.refuse(t, func() bool { return len(w.list(t, "outbox/")) == 0 })
	return strings.TrimPrefix(w.list(t, "dead/")[0].Key, "dead/")
}

// confirmed makes an account, waiting for approval or not, and returns its id.
func confirmed(t *testing.T, w *world, waits bool) (id string) {
	t.Helper()
	other := &world{engine: settings{approval: waits}.engine(), store: w.store, clock: clockAt(w.clock.Now())}
	token := other.must(t, "signup", signupRequest("ada", "ada@example.com", "")).ConfirmToken
	return other.must(t, "confirm", confirmRequest(token, "")).UserID
}

func decide(id string) string {
	return fmt.Sprintf(`{"cid":"c","user_id":%q,"super_user":true}`, id)
}
