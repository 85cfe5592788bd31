package signup

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

var errDisk = errors.New("the disk is full")

// Whatever fails after the attempt was noted, the trail says how it ended.
func TestFaultIsTheLastEntryOfTheTrail(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"signup", "confirm"} {
		for n := 3; ; n++ { // after the time, the entropy and the attempt
			w := newWorld(t, "user_validation.service=check")
			token := w.claim("bob", "bob@example.com")
			w.audit = nil
			failed := ""
			w.before = func(at int, e effect) error {
				if at == n && e.kind != "audit" {
					failed = e.kind
					return errDisk
				}
				return nil
			}
			request := any(ask("ada", "ada@example.com"))
			if operation == "confirm" {
				request = ConfirmRequest{ConfirmToken: Secret(token)}
			}
			r := w.run(operation, request)
			if n >= len(w.effects) {
				break // nothing is left to fail
			}
			if failed == "" {
				continue
			}
			last := w.audit[len(w.audit)-1]
			if r.Fault == "" || last.Result != resultError || joinCodes(last.Extra.SubStatus) != string(Busy) {
				t.Errorf("%s, %s of effect %d fails: answer %s, last entry %+v", operation, failed, n, r.text, last)
			}
		}
	}
}

func TestCallersCorrelationIDIsInEveryFault(t *testing.T) {
	t.Parallel()
	for n := range 2 {
		w := newWorld(t)
		w.before = func(at int, _ effect) error {
			if at == n {
				return errDisk
			}
			return nil
		}
		if r := w.run("signup", `{"cid":"mine","ctx":{"username":"ada"}}`); r.CID != "mine" {
			t.Errorf("effect %d fails: %s", n, r.text)
		}
	}
}

// An event that cannot be read stays, and holds up no others.
func TestDamagedEventHoldsUpNoOthers(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{"damaged": `{`, "newer": `{"v":2}`} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		bad := w.list(eventPrefix)[0].Key
		w.write(kv.Put{Key: bad, Data: data})
		w.now++
		w.claim("bob", "bob@example.com")
		r := w.run("dispatch", `{}`)
		if r.Fault == "" || r.codes() != string(InternalError) {
			t.Errorf("%s: the damage is not told: %s", name, r.text)
		}
		if len(w.calls) != 1 || !strings.Contains(w.calls[0].Body, "bob") {
			t.Errorf("%s: %d calls", name, len(w.calls))
		}
		if left := w.list(eventPrefix); len(left) != 1 || left[0].Key != bad || left[0].Data != data {
			t.Errorf("%s: what cannot be read was not left alone", name)
		}
	}
}

// While others are due they go first: a run that gets on says nothing of damage.
func TestDamagedEventIsToldInTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	for n := range 6 {
		w.claim(fmt.Sprintf("user-%d", n), "ada@example.com")
	}
	w.write(kv.Put{Key: w.list(eventPrefix)[2].Key, Data: `{}`})
	told := ""
	for runs := 0; told == "" && runs < 10; runs++ {
		told = w.run("dispatch", DispatchRequest{Limit: 2}).Fault
	}
	if left := w.list(eventPrefix); len(left) != 1 || !strings.Contains(told, left[0].Key) {
		t.Errorf("%d events are left, and it says %q", len(left), told)
	}
}

func TestUnreadableNameIsNotTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	w.write(kv.Put{Key: namePrefix + "ada", Data: `{"v":9}`})
	if r := w.run("signup", ask("ada", "b@example.com")); r.Fault == "" || strings.Contains(r.Fault, "ada") {
		t.Errorf("the fault is %s", r.text)
	}
}
