package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Concurrent operations between any two effects: cases that the simulation
// found.

// An account that is deleted between two reads does not exist; nothing is
// damaged.
func TestAccountDeletedBetweenTwoReadsDoesNotExist(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"approve", "reject"} {
		for n := range 8 {
			w := newWorld(t)
			id := w.account("ada", "ada@example.com")
			other := w.fork(uint64(n))
			w.before = func(at int, _ effect) error {
				if at == n {
					other.mustRun("reject", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
				}
				return nil
			}
			r := w.run(operation, ApprovalRequest{UserID: id, caller: caller{superUser: true}})
			w.before = nil
			if r.Fault != "" || !r.OK() && r.codes() != string(UserIDInvalid) {
				t.Errorf("%s, deleted before effect %d: %s", operation, n, r.text)
			}
			w.checkInvariants()
		}
	}
}

// A dispatcher that postpones an event after its lease ended moves it. The late
// dispatcher settles it in the new place.
func TestEventPostponedUnderALateDispatcher(t *testing.T) {
	t.Parallel()
	for _, failure := range []error{nil, errOutside} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		w.Services = func(ServiceCall) (string, error) {
			due := recordOf[record.Event](t, w.list(record.EventPrefix)[0])
			put := *due
			put.Due = w.Clock.Now() + 62_000 // as if its service was down for the other
			r := &run{meta: meta{buckets: 1}}
			w.write(kv.Put{Key: record.EventPrefix + put.ID, Data: string(record.Encode(&put))}, r.schedulePut(&put))
			w.remove(r.scheduleKey(due))
			return "", failure
		}
		w.mustRun("dispatch", `{}`)
		w.checkInvariants()
	}
}

// A dispatcher that made a call does not repeat it because the secret keys
// change.
func TestKeyChangeDeliversNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	other := w.fork(1)
	w.Services = func(ServiceCall) (string, error) {
		for range 2 {
			other.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
		}
		return "", nil
	}
	w.mustRun("dispatch", `{}`)
	if left := len(w.list(record.EventPrefix)); left != 0 || len(w.calls) != 1 {
		t.Errorf("%d events are left after %d calls", left, len(w.calls))
	}
}

// An event that moves to a list that a pass of rekey has left is sealed with
// the new key.
func TestRekeyMissesNoEventThatChangesLists(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"given up", "tried again"} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		w.refuse("crm.created")
		for len(w.list(record.DeadPrefix)) == 0 {
			if what == "given up" && recordOf[record.Event](t, w.list(record.EventPrefix)[0]).Tries == record.MaxTries-1 {
				break
			}
			w.mustRun("dispatch", `{}`)
			w.pass(retryLimit)
		}
		w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
		w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
		other := w.fork(1)
		moved := false
		w.before = func(_ int, e effect) error {
			list := map[string]string{"given up": record.EventPrefix, "tried again": record.DeadPrefix}[what]
			if e.Kind == "scan" && e.Prefix == list && !moved {
				moved = true
				if what == "given up" {
					other.mustRun("dispatch", `{}`)
				} else {
					id := strings.TrimPrefix(w.list(record.DeadPrefix)[0].Key, record.DeadPrefix)
					other.mustRun("retry", RetryRequest{ID: id, caller: caller{superUser: true}})
				}
			}
			return nil
		}
		w.rekeyAll(100)
		w.before = nil
		w.engine = New(w.engine.config, testKeys(t, "k2"))
		w.checkInvariants()
		if n := len(w.holding("k1.")); n != 0 || !moved {
			t.Errorf("%s: %d records are still of the old key", what, n)
		}
	}
}

// A new decision for another claim gets a new event.
func TestResendDecidedAgainLeavesNoEventInTwoPlaces(t *testing.T) {
	t.Parallel()
	for _, buckets := range []string{"1", "16"} {
		w := newWorld(t, "enrol.buckets="+buckets, "enrol.resend_cooldown=0")
		other := w.fork(1)
		w.commit = func(n int, apply func() (bool, error)) (bool, error) {
			applied, err := apply()
			if n > 0 || err != nil || !applied {
				return applied, err
			}
			other.claim("ada", "ada@example.com")
			return false, kv.ErrUnknown
		}
		w.mustRun("resend", ResendRequest{Username: "ada", Email: "ada@example.com"})
		w.commit = nil
		w.checkInvariants()
		w.drain()
		if tokens := w.tokensSent(); len(tokens) != 1 { // the first message was not sent yet, and is replaced
			t.Errorf("%d messages, want that with the new token", len(tokens))
		}
	}
}

// A given answer is repeated, even if it was found only by reading again, or
// could not be kept at first.
func TestAnswerFoundByReadingAgainIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.claim("ada", "ada@example.com")
	other := w.fork(1)
	w.commit = func(n int, apply func() (bool, error)) (bool, error) {
		if n > 0 {
			return apply()
		}
		other.confirm(token)
		return false, kv.ErrUnknown
	}
	request := ConfirmRequest{ConfirmToken: Secret(token), IdempotencyKey: "key-1"}
	first := w.mustRun("confirm", request)
	w.commit = nil
	w.sameFrom("confirm", request, first)
}

func TestRefusalThatCannotBeKeptIsNotReturned(t *testing.T) {
	t.Parallel()
	for name, undecided := range map[string]commitResult{"conflict": conflict, "lost": lostBefore} {
		w := newWorld(t, informed()...)
		w.account("ada", "ada@example.com")
		request := asked("ada", "bob@example.com", "key-1")
		w.outcomes(undecided, undecided, undecided, undecided, undecided, undecided)
		if r := w.run("signup", request); r.codes() != string(Busy) {
			t.Errorf("%s: %s", name, r.text)
		}
		w.outcomes(undecided, applied)
		first := w.run("signup", request)
		w.commit = nil
		if again := w.run("signup", request); first.codes() != string(UsernameExists) || again.text != first.text {
			t.Errorf("%s: first %s, then %s", name, first.text, again.text)
		}
	}
}

// A claim that is resent a token while it is purged, by an operation that began
// before the claim expired, survives completely or is deleted completely.
func TestPurgeRemovesKeysThatWereAddedMeanwhile(t *testing.T) {
	t.Parallel()
	for n := range 8 {
		w := newWorld(t)
		w.claim("ada", "ada@example.com")
		other := w.fork(1)
		w.pass(1440 * minute)
		other.Clock.Set(w.Clock.Now() - 1)
		w.before = func(at int, _ effect) error {
			if at == n {
				other.mustRun("resend", ResendRequest{Username: "ada", Email: "ada@example.com"})
			}
			return nil
		}
		w.mustRun("purge", `{}`)
		w.before = nil
		w.mustRun("purge", `{}`)
		w.checkInvariants()
		if users, tokens := len(w.list(record.UserPrefix)), len(w.list(record.TokenPrefix)); tokens != 2*users && !(n == 7 && users == 0) {
			t.Errorf("sent before effect %d: there are %d claims with %d tokens", n, users, tokens)
		}
		w.pass(1440 * minute)
		w.mustRun("purge", `{}`)
		w.checkInvariants()
		if left := w.list(record.TokenPrefix); len(left) > 0 {
			t.Errorf("sent before effect %d: there are the tokens %v", n, left)
		}
	}
}
