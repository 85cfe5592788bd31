package signup

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// commitResult answers a commit in place of the store.
type commitResult func(apply func() (bool, error)) (bool, error)

func applied(apply func() (bool, error)) (bool, error) { return apply() }

func conflict(func() (bool, error)) (bool, error) {
	return false, fmt.Errorf("busy: %w", kv.ErrConflict)
}

func checkFailed(func() (bool, error)) (bool, error) { return false, nil }

func lostBefore(func() (bool, error)) (bool, error) {
	return false, fmt.Errorf("the line broke: %w", kv.ErrUnknown)
}

func lostAfter(apply func() (bool, error)) (bool, error) {
	if applied, err := apply(); err != nil || !applied {
		return applied, err
	}
	return false, fmt.Errorf("the line broke: %w", kv.ErrUnknown)
}

func broken(func() (bool, error)) (bool, error) { return false, errOutside }

// outcomes sets the answers of the commits of a run, in order; the last one is
// repeated.
func (w *world) outcomes(list ...commitResult) {
	w.commit = func(n int, apply func() (bool, error)) (bool, error) {
		return list[min(n, len(list)-1)](apply)
	}
}

// However often the outcome of a commit is unknown, there is one account, one
// message, and success.
func TestSignupAndConfirmSurviveUnknownOutcomes(t *testing.T) {
	t.Parallel()
	for _, list := range [][]commitResult{
		{conflict, applied},
		{conflict, conflict, conflict, conflict, applied},
		{checkFailed, applied},
		{checkFailed, conflict, lostBefore, checkFailed, applied},
		{lostBefore, applied},
		{lostBefore, lostBefore, lostBefore, lostBefore, applied},
		{lostAfter, broken},
		{conflict, lostAfter, broken},
		{lostBefore, checkFailed, conflict, lostAfter, broken},
		{lostBefore, lostBefore, lostBefore, lostBefore, lostAfter},
	} {
		w := newWorld(t, "signup.is_approval_needed=False")
		w.outcomes(list...)
		r := w.run("signup", ask("ada", "ada@example.com"))
		if !r.OK() {
			t.Errorf("signup, %d outcomes: %s", len(list), r.text)
			continue
		}
		if got := len(w.audit); got != 2 {
			t.Errorf("signup, %d outcomes: %d audit entries", len(list), got)
		}
		w.checkInvariants()
		w.audit = nil
		if r := w.confirm(r.ConfirmToken); !r.OK() || !record.IsID(r.UserID) {
			t.Errorf("confirm, %d outcomes: %s", len(list), r.text)
		}
		if got := len(w.audit); got != 2 {
			t.Errorf("confirm, %d outcomes: %d audit entries", len(list), got)
		}
		w.checkInvariants()
		if users, events := len(w.list(record.UserPrefix)), len(w.list(record.EventPrefix)); users != 1 || events != 3 {
			t.Errorf("%d outcomes: %d users, %d events", len(list), users, events)
		}
	}
}

func TestTooManyUnknownOutcomesAreAFault(t *testing.T) {
	t.Parallel()
	for what, list := range map[string]commitResult{"conflict": conflict, "failed check": checkFailed, "lost": lostBefore} {
		w := newWorld(t)
		w.outcomes(list)
		fault := "too many concurrent changes"
		if what == "lost" {
			fault = "the line broke"
		}
		r := w.run("signup", ask("ada", "ada@example.com"))
		if r.codes() != "E901002" || !strings.Contains(r.Fault, fault) || w.commits != maxAttempts {
			t.Errorf("%s: %s after %d commits", what, r.text, w.commits)
		}
		checkBusyIsAudited(t, w, "user.signup")
		w.commit = nil
		token := w.claim("ada", "ada@example.com")
		w.outcomes(list)
		w.audit = nil
		r = w.confirm(token)
		if r.codes() != "E901002" || !strings.Contains(r.Fault, fault) || w.commits != maxAttempts {
			t.Errorf("%s: %s after %d commits", what, r.text, w.commits)
		}
		checkBusyIsAudited(t, w, "user.confirm_signup")
		w.checkInvariants()
	}
}

func TestConflictsAfterAnUnknownOutcomeAreContention(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outcomes(lostBefore, conflict)
	r := w.run("signup", ask("ada", "ada@example.com"))
	if r.codes() != "E901002" || !strings.Contains(r.Fault, "too many concurrent changes") {
		t.Error(r.text)
	}
}

// checkBusyIsAudited checks that the trail does not end with "ok" for something
// that did not happen.
func checkBusyIsAudited(t *testing.T, w *world, op string) {
	t.Helper()
	last := w.audit[len(w.audit)-1]
	if last.Op != op || last.Result != "error" || joinCodes(last.Extra.SubStatus) != "E901002" {
		t.Errorf("the last audit entry is %+v", last)
	}
}

func TestBrokenCommitIsAFaultAndAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.claim("ada", "ada@example.com")
	before := len(w.dump())
	w.outcomes(broken)
	for operation, request := range map[string]any{
		"signup": ask("bob", "bob@example.com"), "confirm": ConfirmRequest{ConfirmToken: Secret(token)},
	} {
		w.audit = nil
		r := w.run(operation, request)
		if r.codes() != "E901002" || !strings.Contains(r.Fault, errOutside.Error()) || len(w.dump()) != before {
			t.Errorf("%s answers %s", operation, r.text)
		}
		checkBusyIsAudited(t, w, map[string]string{"signup": "user.signup", "confirm": "user.confirm_signup"}[operation])
	}
}

// A commit that arrives after the core gave it up, while the next one is
// running.
func TestCommitThatArrivesLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False")
	late := func() {
		var first func() (bool, error)
		w.commit = func(n int, apply func() (bool, error)) (bool, error) {
			if n == 0 {
				first = apply
				return false, kv.ErrUnknown
			}
			if n == 1 {
				first()
			}
			return apply()
		}
	}
	late()
	r := w.run("signup", ask("ada", "ada@example.com"))
	if !r.OK() {
		t.Fatal(r.text)
	}
	late()
	if r := w.confirm(r.ConfirmToken); !r.OK() {
		t.Error(r.text)
	}
	if users, events := len(w.list(record.UserPrefix)), len(w.list(record.EventPrefix)); users != 1 || events != 3 {
		t.Errorf("%d users, %d events", users, events)
	}
	w.checkInvariants()
}

// Another signup takes the name or the address between any two effects: the
// later one becomes void without saying so.
func TestSignupOvertakenByAnother(t *testing.T) {
	t.Parallel()
	for n := range 8 {
		for _, take := range []func(*world){
			func(o *world) { o.claim("ADA", "eve@example.com") },
			func(o *world) { o.account("eve", "ada@example.com") },
			func(o *world) { o.account("ada", "ada@example.com") },
		} {
			w := newWorld(t)
			other := w.fork(1)
			w.before = func(at int, _ effect) error {
				if at == n {
					take(other)
				}
				return nil
			}
			r := w.mustRun("signup", ask("ada", "ada@example.com"))
			w.before = nil
			if last := w.audit[len(w.audit)-1]; last.Result != "error" {
				t.Errorf("before effect %d: the decision is audited as %+v", n, last)
			}
			if c := w.confirm(r.ConfirmToken); c.codes() != "E005006" {
				t.Errorf("before effect %d: %s", n, c.text)
			}
			w.checkInvariants()
		}
	}
}

// The name becomes free between two reads: the claim succeeds.
func TestSignupThatFindsTheNameFreeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "old@example.com")
	name := read[record.Name](w, "name/ada")
	w.before = func(_ int, e effect) error {
		if e.Kind == "commit" && w.commits == 0 {
			w.remove(append(name.Keys, "name/ada")...)
		}
		return nil
	}
	token := w.claim("ada", "ada@example.com")
	w.before = nil
	if r := w.confirm(token); !r.OK() {
		t.Error(r.text)
	}
	w.checkInvariants()
}

// Each effect of each operation fails in turn. The answer is a fault, and the
// store has the whole change or none of it.
func TestEveryEffectMayFail(t *testing.T) {
	t.Parallel()
	for _, operation := range Operations() {
		for n := 0; ; n++ {
			w := newWorld(t, "user_validation.service=rules", "signup.is_approval_needed=False")
			request := anyRequests()[operation]
			token := w.claim("bob", "bob@example.com")
			if operation == "confirm" {
				request = ConfirmRequest{ConfirmToken: Secret(token)}
			}
			if operation == "open" {
				w.use(worldOf(t, w.engine).store)
			}
			w.pass(minute)
			before := fmt.Sprint(w.dump())
			w.before = failAt(n)
			r := w.run(operation, request)
			if n >= len(w.Effects()) {
				break // there are no more
			}
			failed := w.Effects()[n].Kind
			w.before = nil
			called := operation == "dispatch" && failed == "call"                         // a failed delivery is not a fault
			if operation == "dispatch" && failed != "call" && r.OK() && r.Delivered > 0 { // what was done before is answered
				called = strings.Contains(r.text, `"more":true`) && strings.Contains(r.text, `"damage":"`+string(failed)+`: `)
			}
			if !called && (r.codes() != "E901002" || r.Fault == "" || r.OK()) {
				t.Errorf("%s without its effect %d, a %s, answers %s", operation, n, failed, r.text)
			}
			if operation != "dispatch" && fmt.Sprint(w.dump()) != before {
				t.Errorf("%s without its effect %d, a %s, changed the store", operation, n, failed)
			}
			if operation != "open" {
				w.checkInvariants()
			}
		}
	}
}

// Two faults in a row: the second hits the recovery from the first.
func TestEveryPairOfEffectsMayFail(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"signup", "confirm", "dispatch"} {
		for first := range 14 {
			for second := first + 1; second < first+4; second++ {
				w := newWorld(t, "signup.is_approval_needed=False")
				token := w.claim("bob", "bob@example.com")
				request := anyRequests()[operation]
				if operation == "confirm" {
					request = ConfirmRequest{ConfirmToken: Secret(token)}
				}
				w.before = func(at int, _ effect) error {
					if at == first || at == second {
						return errOutside
					}
					return nil
				}
				w.run(operation, request)
				w.before = nil
				w.checkInvariants()
			}
		}
	}
}

func TestPanicOfAHostCostsOneAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, panicked := range []any{errors.New("the secret is " + goodPassword), goodPassword} {
		w.before = func(at int, _ effect) error {
			if at == 3 {
				panic(panicked)
			}
			return nil
		}
		r := w.run("signup", ask("ada", "ada@example.com"))
		if r.codes() != "E008004" || r.CID == "" || strings.Contains(r.text, goodPassword) {
			t.Errorf("got %s", r.text)
		}
	}
	w.before = func(at int, _ effect) error {
		if at == 3 {
			var none []int
			_ = none[at]
		}
		return nil
	}
	if r := w.run("signup", ask("ada", "ada@example.com")); !strings.Contains(r.Fault, "index out of range") {
		t.Errorf("got %s", r.text)
	}
	w.before = nil
	w.claim("ada", "ada@example.com")
}
