package signup

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

func TestEventIsLeasedBeforeItIsDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.Services = func(ServiceCall) (string, error) {
		event := recordOf[record.Event](t, w.list(record.EventPrefix)[0])
		if event.Lease == "" || event.Due != w.Clock.Now()+60_000 || event.Due <= w.Clock.Now()+MaxCallSeconds*1000 {
			t.Errorf("during the call the event is %+v", event)
		}
		w.checkInvariants()
		return "", nil
	}
	w.mustRun("dispatch", `{}`)
	if got, want := w.kinds(), "now entropy get scan scan scan now get commit call get commit"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEventOfAnotherDispatcherIsLeftAlone(t *testing.T) {
	t.Parallel()
	for n := range 12 {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		other := w.fork(1)
		other.Services = func(ServiceCall) (string, error) { return "", nil }
		calls := 0
		w.Services = func(ServiceCall) (string, error) { calls++; return "", nil }
		w.before = func(at int, e effect) error {
			if at == n && !(e.Kind == "call" || e.Kind == "get" && calls > 0 || e.Kind == "commit" && calls > 0) {
				other.mustRun("dispatch", `{}`)
			}
			return nil
		}
		w.mustRun("dispatch", `{}`)
		w.before = nil
		if got := calls + len(other.calls); got != 1 {
			t.Errorf("before effect %d: %d calls", n, got)
		}
		w.checkInvariants()
	}
}

func TestExpiredLeaseIsTakenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	other := w.fork(1)
	w.Services = func(ServiceCall) (string, error) { // it hangs beyond its lease
		if r := other.mustRun("dispatch", `{}`); r.Delivered != 0 || r.NextDue != w.Clock.Now()+60_000 {
			t.Errorf("during the lease: %s", r.text)
		}
		other.pass(60_000)
		if r := other.mustRun("dispatch", `{}`); r.Delivered != 1 {
			t.Errorf("after the lease: %s", r.text)
		}
		return "", errOutside
	}
	other.Services = func(ServiceCall) (string, error) { return "", nil }
	if r := w.mustRun("dispatch", `{}`); r.Failed != 1 || r.Dead != 0 {
		t.Errorf("got %s", r.text)
	}
	if got := len(w.list(record.EventPrefix)); got != 0 || w.calls[0].Headers.ID != other.calls[0].Headers.ID {
		t.Errorf("%d events are left", got)
	}
	w.checkInvariants()
}

func TestLeaseOfAnotherIsNotGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	other := w.fork(1)
	other.pass(60_000)
	other.Services = func(ServiceCall) (string, error) { return "", nil }
	other.before = func(_ int, e effect) error { // takes the event and dies
		if len(other.calls) > 0 {
			return errOutside
		}
		return nil
	}
	for _, failure := range []error{nil, errOutside} {
		w.Services = func(ServiceCall) (string, error) {
			other.run("dispatch", `{}`)
			return "", failure
		}
		w.mustRun("dispatch", `{}`)
		if event := recordOf[record.Event](t, w.list(record.EventPrefix)[0]); event.Lease == "" || event.Due != other.Clock.Now()+60_000 || event.Tries != 0 {
			t.Errorf("the event is %+v", event)
		}
		w.checkInvariants()
		w.pass(120_000)
		other.Clock.Set(w.Clock.Now() + 60_000)
		other.calls = nil
	}
}

// A call that fails after its lease ended is in the answer like any other, and
// one that is accepted then is not counted twice.
func TestFailedCallThatLostItsEventIsReported(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		other func(other *world) // what another dispatcher does meanwhile
		due   int64              // after the end of the lease
	}{
		"delivered": {func(other *world) { other.Services = nil; other.mustRun("dispatch", `{}`) }, 0},
		"final":     {func(other *world) { other.fail(CallFinal, "mailer"); other.mustRun("dispatch", `{}`) }, 0},
		"refused":   {func(other *world) { other.fail(CallRefused, "mailer"); other.mustRun("dispatch", `{}`) }, retryBase},
		"down":      {func(other *world) { other.fail(CallDown, "mailer"); other.mustRun("dispatch", `{}`) }, probeBase},
		"stopped":   {func(other *world) { other.fail(CallStopped, "mailer"); other.mustRun("dispatch", `{}`) }, 1},
		"leased": {func(other *world) {
			other.commit = func(n int, apply func() (bool, error)) (bool, error) {
				if n == 1 {
					return false, errOutside
				}
				return apply()
			}
			other.run("dispatch", `{}`)
		}, leaseTime},
	} {
		for _, failure := range []*CallError{nil, {Kind: CallDown, Reason: "ada@example.com: timeout"}} {
			w := newWorld(t, "signup.callback_service_list=")
			w.claim("ada", "ada@example.com")
			id := recordOf[record.Event](t, w.list(record.EventPrefix)[0]).ID
			ended := w.Clock.Now() + leaseTime
			w.Services = func(ServiceCall) (string, error) {
				other := w.fork(1)
				other.Clock.Set(ended)
				test.other(other)
				w.Clock.Set(ended + 1)
				if failure == nil {
					return "", nil
				}
				return "", failure
			}
			r := w.mustRun("dispatch", `{"limit":1}`)
			if failure == nil {
				if r.Failed+r.Dead+len(r.Failures) > 0 || len(w.list(record.EventPrefix)) > 0 && r.Delivered > 0 {
					t.Errorf("%s, and then accepted: %s", name, r.text)
				}
				continue
			}
			due := test.due
			if due != 0 {
				due += ended
			}
			want := DeliveryFailure{
				Event: id, Kind: "confirm", Destination: record.MessageDestination, Failure: CallDown, Reason: redacted + ": timeout", Tries: 1, NextDue: timeIf(due),
			}
			if r.Failed != 1 || r.Dead != 0 || len(r.Failures) != 1 || r.Failures[0] != want {
				t.Errorf("%s: got %s, want %+v", name, r.text, want)
			}
			w.checkInvariants()
		}
	}
}

func TestUndecidedSettlingComesUpAgain(t *testing.T) {
	t.Parallel()
	for name, settle := range map[string]commitResult{"conflict": conflict, "failed": checkFailed, "lost before": lostBefore} {
		for _, accepts := range []bool{true, false} {
			w := newWorld(t, "main.email_service=")
			w.claim("ada", "ada@example.com")
			if !accepts {
				w.refuse("crm.created")
			}
			w.outcomes(applied, settle)
			r := w.mustRun("dispatch", `{}`)
			if r.NextDue != w.Clock.Now()+60_000 {
				t.Errorf("%s, accepts %v: the answer does not say when it is due again: %s", name, accepts, r.text)
			}
			w.commit = nil
			w.refuse()
			w.pass(60_000)
			if r := w.mustRun("dispatch", `{}`); r.Delivered != 1 || len(w.list(record.EventPrefix)) != 0 {
				t.Errorf("%s, accepts %v: %s", name, accepts, r.text)
			}
			if w.calls[0].Headers.ID != w.calls[1].Headers.ID {
				t.Errorf("%s: the id changed", name)
			}
		}
	}
}

func TestFaultOfTheStoreEndsDispatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	for called, list := range [][]commitResult{{broken}, {applied, broken}} {
		w.outcomes(list...)
		r := w.run("dispatch", `{}`)
		if called == 0 && (r.codes() != "E901002" || r.Fault == "") || called == 1 && (r.Delivered != 1 || r.Damage == "") {
			t.Errorf("got %s", r.text)
		}
		w.checkInvariants()
		w.pass(minute)
	}
	w.commit = nil
	if r := w.mustRun("dispatch", `{}`); r.Delivered != 1 {
		t.Errorf("got %s", r.text)
	}
	if values, err := w.store.Get(t.Context(), []string{"outbox/00/0"}); err != nil || values[0] != (kv.Value{}) {
		t.Error("the store is not usable")
	}
}
