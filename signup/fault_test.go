package signup

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

var errDisk = errors.New("the disk is full")

// Whatever fails after the attempt is audited, the trail says how it ended.
func TestFaultIsTheLastEntryOfTheTrail(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"signup", "confirm"} {
		for n := 3; ; n++ { // after the time, the entropy and the attempt
			w := newWorld(t, "user_validation.service=check")
			token := w.claim("bob", "bob@example.com")
			w.audit = nil
			failed := signuptest.Kind("")
			w.before = func(at int, e effect) error {
				if at == n && e.Kind != "audit" {
					failed = e.Kind
					return errDisk
				}
				return nil
			}
			request := any(ask("ada", "ada@example.com"))
			if operation == "confirm" {
				request = ConfirmRequest{ConfirmToken: Secret(token)}
			}
			r := w.run(operation, request)
			if n >= len(w.Effects()) {
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

// A damaged event stays and does not block others.
func TestDamagedEventDelaysNoOthers(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{"damaged": `{`, "newer": `{"v":2}`} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		bad := w.list(record.EventPrefix)[0].Key
		w.write(kv.Put{Key: bad, Data: data})
		w.pass(1)
		w.claim("bob", "bob@example.com")
		r := w.mustRun("dispatch", `{}`)
		if !strings.Contains(r.Damage, bad) || r.Delivered != 1 {
			t.Errorf("%s: the answer is %s", name, r.text)
		}
		if len(w.calls) != 1 || !strings.Contains(w.calls[0].Body, "bob") {
			t.Errorf("%s: %d calls", name, len(w.calls))
		}
		if left := w.list(record.EventPrefix); len(left) != 1 || left[0].Key != bad || left[0].Data != data {
			t.Errorf("%s: what cannot be read was not left alone", name)
		}
	}
}

// Every run that finds damage names it, and counts what it delivers.
func TestDamagedEventIsNamedAndTheOthersAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	for n := range 6 {
		w.claim(fmt.Sprintf("user-%d", n), "ada@example.com")
	}
	w.write(kv.Put{Key: w.list(record.EventPrefix)[2].Key, Data: `{}`})
	named, delivered := "", 0
	for range 5 {
		r := w.mustRun("dispatch", DispatchRequest{Limit: 2})
		delivered += r.Delivered
		named = r.Damage
	}
	if left := w.list(record.EventPrefix); len(left) != 1 || delivered != 5 || !strings.Contains(named, left[0].Key) {
		t.Errorf("%d events are left, %d are counted as delivered, and the damage is %q", len(left), delivered, named)
	}
}

func TestUnreadableNameIsNotRevealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	w.write(kv.Put{Key: record.NamePrefix + "ada", Data: `{"v":9}`})
	if r := w.run("signup", ask("ada", "b@example.com")); r.Fault == "" || strings.Contains(r.Fault, "ada") {
		t.Errorf("the fault is %s", r.text)
	}
}
