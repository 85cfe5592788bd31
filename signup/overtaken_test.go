package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

// What another does between any two effects of an operation: cases that the
// simulation found.

// An account that is deleted between two looks is not there; nothing is damaged.
func TestAccountThatGoesBetweenTwoLooksIsNotThere(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"approve", "reject"} {
		for n := range 8 {
			w := newWorld(t)
			id := w.account("ada", "ada@example.com")
			other := w.fork(uint64(n))
			w.before = func(at int, _ effect) error {
				if at == n {
					other.mustRun("reject", ApprovalRequest{UserID: id, SuperUser: true})
				}
				return nil
			}
			r := w.run(operation, ApprovalRequest{UserID: id, SuperUser: true})
			w.before = nil
			if r.Fault != "" || !r.OK() && r.codes() != string(UserIDInvalid) {
				t.Errorf("%s, deleted before effect %d: %s", operation, n, r.text)
			}
			w.checkInvariants()
		}
	}
}

// Whoever puts an event off when its lease has run out moves it: the one that
// was late settles it where it is then.
func TestEventThatWasPutOffUnderALateDispatcher(t *testing.T) {
	t.Parallel()
	for _, fault := range []error{nil, errOutside} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		w.answer = func(ServiceCall) (string, error) {
			due := record[eventRecord](t, w.list(eventPrefix)[0])
			put := *due
			put.Due = w.now + 62_000 // as where its service is down for the other
			r := &run{meta: meta{buckets: 1}}
			w.write(kv.Put{Key: eventPrefix + put.ID, Data: string(encode(put))}, r.schedulePut(&put))
			w.remove(r.scheduleKey(due))
			return "", fault
		}
		w.mustRun("dispatch", `{}`)
		w.checkInvariants()
	}
}

// A dispatcher that made a call does not make it again because secret keys
// change meanwhile.
func TestChangeOfKeysDeliversNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	other := w.fork(1)
	w.answer = func(ServiceCall) (string, error) {
		for range 2 {
			other.mustRun("rekey", RekeyRequest{SuperUser: true})
		}
		return "", nil
	}
	w.mustRun("dispatch", `{}`)
	if left := len(w.list(eventPrefix)); left != 0 || len(w.calls) != 1 {
		t.Errorf("%d events are left after %d calls", left, len(w.calls))
	}
}

// An event that changes lists behind a pass of rekey takes its new key along.
func TestRekeyMissesNoEventThatChangesLists(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"given up", "tried again"} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		w.refuse("crm.created")
		for len(w.list(deadPrefix)) == 0 {
			if what == "given up" && record[eventRecord](t, w.list(eventPrefix)[0]).Tries == maxTries-1 {
				break
			}
			w.mustRun("dispatch", `{}`)
			w.now += retryLimit
		}
		w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
		w.mustRun("rekey", RekeyRequest{SuperUser: true})
		other := w.fork(1)
		moved := false
		w.before = func(_ int, e effect) error {
			list := map[string]string{"given up": eventPrefix, "tried again": deadPrefix}[what]
			if e.kind == "scan" && e.keys[0] == list && !moved {
				moved = true
				if what == "given up" {
					other.mustRun("dispatch", `{}`)
				} else {
					id := strings.TrimPrefix(w.list(deadPrefix)[0].Key, deadPrefix)
					other.mustRun("retry", RetryRequest{ID: id, SuperUser: true})
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

// What is decided anew for another claim has an event of its own.
func TestResendDecidedAnewLeavesNoEventInTwoPlaces(t *testing.T) {
	t.Parallel()
	for _, buckets := range []string{"1", "16"} {
		w := newWorld(t, "enrol.buckets="+buckets, "enrol.resend_cooldown=0")
		other := w.fork(1)
		w.commit = func(n int, apply func() ([]string, error)) ([]string, error) {
			failed, err := apply()
			if n > 0 || err != nil || failed != nil {
				return failed, err
			}
			other.claim("ada", "ada@example.com")
			return nil, kv.ErrUnknown
		}
		w.mustRun("resend", ResendRequest{Username: "ada", Email: "ada@example.com"})
		w.commit = nil
		w.checkInvariants()
		w.drain()
		if tokens := w.tokensSent(); len(tokens) != 2 {
			t.Errorf("%d messages, want the first and that with the new token", len(tokens))
		}
	}
}

// An answer that is given once is given again, also where it was found out
// only by looking again, or could not be kept at first.
func TestAnswerFoundOutByLookingAgainIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.claim("ada", "ada@example.com")
	other := w.fork(1)
	w.commit = func(n int, apply func() ([]string, error)) ([]string, error) {
		if n > 0 {
			return apply()
		}
		other.confirm(token)
		return nil, kv.ErrUnknown
	}
	request := ConfirmRequest{ConfirmToken: Secret(token), IdempotencyKey: "key-1"}
	first := w.mustRun("confirm", request)
	w.commit = nil
	w.sameFrom("confirm", request, first)
}

func TestRefusalThatCannotBeKeptIsNotGiven(t *testing.T) {
	t.Parallel()
	for name, undecided := range map[string]outcome{"conflict": conflict, "lost": lostBefore} {
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

// A claim that is purged goes with the token that was sent again a moment ago,
// by an operation that began before the claim expired.
func TestPurgeTakesWhatWasAddedMeanwhile(t *testing.T) {
	t.Parallel()
	for n := range 8 {
		w := newWorld(t)
		w.claim("ada", "ada@example.com")
		other := w.fork(1)
		w.now += 1440 * minute
		other.now = w.now - 1
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
		if left := w.list(tokenPrefix); len(left) > 0 {
			t.Errorf("sent before effect %d: there are the tokens %v", n, left)
		}
	}
}
