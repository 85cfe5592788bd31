package faults

import (
	"slices"
	"testing"

	"github.com/enrol-sso/enrol/kv/memory"
)

// newWorld returns a world with a store in memory that is open.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{engine: sweepSettings.engine(), store: memory.New(), clock: clockAt(startTime)}
	w.must(t, "open", `{}`)
	return w
}

// settle repeats an operation like a caller, and checks that the first answer
// stays valid, whatever happened.
func (s scenario) settle(t *testing.T, w *world, request string, first []byte) {
	t.Helper()
	w.checkWhole(t)
	again := w.run(s.operation, request)
	if again.Fault != "" {
		t.Fatalf("repeated without any fault: %s", again.text)
	}
	if first != nil {
		s.compare(t, readReply(first), again)
	} else if !again.OK() && !slices.Contains(again.SubStatus, s.done) {
		t.Errorf("repeated: %s", again.text)
	}
	if s.keyed {
		if third := w.run(s.operation, request); third.text != again.text {
			t.Errorf("repeated again: %s, before it was %s", third.text, again.text)
		}
	}
	w.checkWhole(t)
}

// compare compares the first answer with the repeated one.
func (s scenario) compare(t *testing.T, first, again reply) {
	t.Helper()
	switch {
	case first.Fault != "" || s.again:
		if !again.OK() && !slices.Contains(again.SubStatus, s.done) {
			t.Errorf("after a fault: %s", again.text)
		}
	case s.keyed || s.same:
		if again.text != first.text {
			t.Errorf("repeated: %s, before it was %s", again.text, first.text)
		}
	case !first.OK() || !slices.Contains(again.SubStatus, s.done):
		t.Errorf("first %s, then %s", first.text, again.text)
	}
}

// end delivers everything and checks that there is one account, which can be
// confirmed with the acknowledged token, and one callback per service.
func (s scenario) end(t *testing.T, w *world, first []byte) {
	t.Helper()
	if s.operation == "signup" && first != nil {
		if r := readReply(first); r.OK() {
			w.must(t, "confirm", confirmRequest(r.ConfirmToken, ""))
		}
	}
	w.drain(t)
	w.checkWhole(t)
	w.checkCalls(t)
	if s.username != "" {
		w.must(t, "get", getRequest(s.username))
	}
	if accounts := w.accounts(t); len(accounts) != s.accounts {
		t.Errorf("there are the accounts %v, want %d", accounts, s.accounts)
	}
}
