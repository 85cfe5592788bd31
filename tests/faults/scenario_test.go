package faults

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// scenario is an operation that is disturbed.
type scenario struct {
	name      string
	operation string
	prepare   func(t *testing.T, w *world) (request string)

	// An operation without an idempotency key may have taken effect without an
	// answer: then a repeated request is answered accordingly.
	done  signup.Code
	keyed bool // has an idempotency key, so that it is always answered the same
	same  bool // is always answered the same, since it changes nothing
	again bool // may be done again

	username string // who has an account in the end, "" for nobody
	accounts int    // in the end, and claims that are not void
}

// sweepSettings are the settings of all scenarios.
var sweepSettings = settings{discreet: false}

func scenarios() []scenario { return slices.Concat(signups(), lives()) }

func TestEveryOperationHasAScenario(t *testing.T) {
	for _, operation := range signup.Operations() {
		if !slices.ContainsFunc(scenarios(), func(s scenario) bool { return s.operation == operation }) {
			t.Errorf("nothing happens to %s", operation)
		}
	}
}

// signups are the scenarios until the account.
func signups() []scenario {
	return []scenario{
		{name: "signup", operation: "signup", done: signup.UsernameExists, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			return signupRequest("ada", "ada@example.com", "")
		}},
		{name: "signup that is counted", operation: "signup", keyed: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			return strings.Replace(signupRequest("ada", "ada@example.com", "key-1"), "{", `{"remote_addr":"192.0.2.7",`, 1)
		}},
		{name: "signup with a key", operation: "signup", keyed: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			return signupRequest("ada", "ada@example.com", "key-1")
		}},
		{name: "signup of an expired name", operation: "signup", keyed: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.must(t, "signup", signupRequest("Ada", "other@example.com", ""))
			w.drain(t)
			w.advance(61 * minute)
			return signupRequest("ada", "ada@example.com", "key-1")
		}},
		{name: "signup of a taken name", operation: "signup", keyed: true, done: signup.UsernameExists, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.must(t, "signup", signupRequest("Ada", "other@example.com", ""))
			return signupRequest("ada", "ada@example.com", "key-1")
		}},
		{name: "confirm", operation: "confirm", done: signup.SignupConfirmed, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			return confirmRequest(w.must(t, "signup", signupRequest("ada", "ada@example.com", "")).ConfirmToken, "")
		}},
		{name: "confirm with a key", operation: "confirm", keyed: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			return confirmRequest(w.must(t, "signup", signupRequest("ada", "ada@example.com", "")).ConfirmToken, "key-1")
		}},
		{name: "confirm of a taken address", operation: "confirm", keyed: true, done: signup.EmailExists, username: "eve", accounts: 2, prepare: func(t *testing.T, w *world) string {
			token := w.must(t, "signup", signupRequest("ada", "ada@example.com", "")).ConfirmToken
			other := w.must(t, "signup", signupRequest("eve", "ada@example.com", "")).ConfirmToken
			w.must(t, "confirm", confirmRequest(other, ""))
			return confirmRequest(token, "key-1")
		}},
		{name: "validate", operation: "validate", same: true, prepare: func(t *testing.T, w *world) string {
			return signupRequest("ada", "ada@example.com", "")
		}},
		{name: "open", operation: "open", again: true, prepare: func(t *testing.T, w *world) string {
			w.store = memory.New()
			return `{"cid":"c"}`
		}},
		{name: "get", operation: "get", same: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.must(t, "signup", signupRequest("ada", "ada@example.com", ""))
			return getRequest("ada")
		}},
		{name: "dispatch", operation: "dispatch", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.must(t, "confirm", confirmRequest(w.must(t, "signup", signupRequest("ada", "ada@example.com", "")).ConfirmToken, ""))
			return `{}`
		}},
		{name: "dispatch of void events", operation: "dispatch", again: true, username: "ada", accounts: 1, prepare: func(t *testing.T, w *world) string {
			w.must(t, "signup", signupRequest("ada", "ada@example.com", ""))
			discreet := &world{engine: settings{discreet: true}.engine(), store: w.store, clock: clockAt(w.clock.Now())}
			discreet.must(t, "signup", signupRequest("ADA", "eve@example.com", ""))
			return `{}`
		}},
	}
}
