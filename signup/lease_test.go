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
	w.answer = func(ServiceCall) (string, error) {
		event := recordOf[record.Event](t, w.list(record.EventPrefix)[0])
		if event.Lease == "" || event.Due != w.now+60_000 || event.Due <= w.now+MaxCallSeconds*1000 {
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
		other.answer = func(ServiceCall) (string, error) { return "", nil }
		calls := 0
		w.answer = func(ServiceCall) (string, error) { calls++; return "", nil }
		w.before = func(at int, e effect) error {
			if at == n && !(e.kind == "call" || e.kind == "get" && calls > 0 || e.kind == "commit" && calls > 0) {
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
	w.answer = func(ServiceCall) (string, error) { // it hangs beyond its lease
		if r := other.mustRun("dispatch", `{}`); r.Delivered != 0 || r.NextDue != w.now+60_000 {
			t.Errorf("during the lease: %s", r.text)
		}
		other.now += 60_000
		if r := other.mustRun("dispatch", `{}`); r.Delivered != 1 {
			t.Errorf("after the lease: %s", r.text)
		}
		return "", errOutside
	}
	other.answer = func(ServiceCall) (string, error) { return "", nil }
	if r := w.mustRun("dispatch", `{}`); r.Failed != 0 || r.Dead != 0 {
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
	other.now += 60_000
	other.answer = func(ServiceCall) (string, error) { return "", nil }
	other.before = func(_ int, e effect) error { // takes the event and dies
		if len(other.calls) > 0 {
			return errOutside
		}
		return nil
	}
	for _, failure := range []error{nil, errOutside} {
		w.answer = func(ServiceCall) (string, error) {
			other.run("dispatch", `{}`)
			return "", failure
		}
		w.mustRun("dispatch", `{}`)
		if event := recordOf[record.Event](t, w.list(record.EventPrefix)[0]); event.Lease == "" || event.Due != other.now+60_000 || event.Tries != 0 {
			t.Errorf("the event is %+v", event)
		}
		w.checkInvariants()
		w.now += 120_000
		other.now, other.calls = w.now+60_000, nil
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
			if r.NextDue != w.now+60_000 {
				t.Errorf("%s, accepts %v: the answer does not say when it is due again: %s", name, accepts, r.text)
			}
			w.commit = nil
			w.refuse()
			w.now += 60_000
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
		w.now += minute
	}
	w.commit = nil
	if r := w.mustRun("dispatch", `{}`); r.Delivered != 1 {
		t.Errorf("got %s", r.text)
	}
	if values, err := w.store.Get(t.Context(), []string{"outbox/00/0"}); err != nil || values[0] != (kv.Value{}) {
		t.Error("the store is not usable")
	}
}
