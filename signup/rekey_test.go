package signup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// rekeyAll runs rekey until it is done, and returns the number of moved
// records.
func (w *world) rekeyAll(limit int) int {
	w.t.Helper()
	moved, cursor := 0, ""
	for range 5000 {
		r := w.mustRun("rekey", RekeyRequest{Limit: limit, Cursor: cursor, caller: caller{superUser: true}})
		moved += r.Moved
		if r.Done {
			return moved
		}
		if cursor = r.Cursor; !r.More {
			w.pass(12 * 60 * minute) // answers kept for repetitions must expire
		}
	}
	w.t.Fatal("rekey never ends")
	return 0
}

func TestRekeyMovesEverything(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 7, 100} {
		w := newWorld(t, "signup.is_approval_needed=False", "apps.login_allowed=CRM", "enrol.confirm_within=525600")
		for n := range 12 {
			name := fmt.Sprintf("user-%d", n)
			request := asked(name, name+"@example.com", name)
			token := w.mustRun("signup", request).ConfirmToken
			if n%2 == 0 {
				w.confirm(token)
			}
		}
		waiting := w.claim("last", "user-0@example.com")
		w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
		if w.rekeyAll(limit) == 0 {
			t.Error("nothing was moved")
		}
		w.engine = New(w.engine.config, testKeys(t, "k2")) // the old key is no longer needed
		w.checkInvariants()
		if n := len(w.holding("k1.")) + len(w.list("mail/k1/")); n != 0 {
			t.Errorf("%d records are still of the old key", n)
		}
		w.mustRun("verify", login("", "user-0@example.com", goodPassword))
		if r := w.confirm(waiting); r.OK() {
			t.Error("an address has two owners")
		}
		w.drain()
		if r := w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}}); !r.Done || r.Moved != 0 {
			t.Errorf("rekey again: %s", r.text)
		}
	}
}

// Signups and confirmations with the old and the new key at the same time.
func TestRekeyWhileServing(t *testing.T) {
	t.Parallel()
	for n := range 40 {
		w := newWorld(t, informed()...)
		tokens := []string{w.claim("ada", "same@example.com"), w.claim("bob", "same@example.com")}
		other := w.fork(uint64(n))
		w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
		other.engine = w.engine
		effects, confirmed := 0, 0
		w.before = func(int, effect) error {
			if effects++; effects == n || effects == n+3 {
				if r := other.confirm(tokens[confirmed%2]); r.OK() != (confirmed == 0) {
					t.Errorf("before effect %d, confirmation %d: %s", n, confirmed, r.text)
				}
				confirmed++
			}
			return nil
		}
		w.rekeyAll(2)
		w.before = nil
		w.engine = New(w.engine.config, testKeys(t, "k2"))
		w.checkInvariants()
	}
}

func TestRekeyIsForSuperUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if r := w.run("rekey", RekeyRequest{}); r.codes() != string(SuperUserRequired) {
		t.Errorf("rekey: %s", r.text)
	}
}

// At every point of a rekey, a host without a key in use refuses to serve.
func TestRekeyStopsHostsWithoutTheKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	old := w.fork(1)
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
	if r := old.run("signup", ask("bob", "bob@example.com")); !strings.Contains(r.Fault, "k2") {
		t.Errorf("with the old key alone: %s", r.text)
	}
	half := w.fork(2)
	half.engine = New(w.engine.config, testKeys(t, "k2"))
	if r := half.run("signup", ask("bob", "bob@example.com")); !strings.Contains(r.Fault, "k1") {
		t.Errorf("with the new key alone: %s", r.text)
	}
	if got := recordOf[record.Keys](t, w.list(record.KeysKey)[0]); !slices.Equal([]string{got.Keys[0].ID, got.Keys[1].ID}, []string{"k2", "k1"}) {
		t.Errorf("in use are %+v", got)
	}
}

// Wherever a rekey is interrupted, the next one completes it.
func TestRekeyResumes(t *testing.T) {
	t.Parallel()
	for n := range 60 {
		w := newWorld(t)
		for i := range 4 {
			w.account(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
		}
		w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
		effects := 0
		w.before = func(int, effect) error {
			if effects++; effects >= n {
				return errDisk
			}
			return nil
		}
		for cursor, runs := "", 0; runs < 5; runs++ {
			cursor = w.run("rekey", RekeyRequest{Limit: 5, Cursor: cursor, caller: caller{superUser: true}}).Cursor
		}
		w.before = nil
		w.checkInvariants()
		w.rekeyAll(100)
		w.engine = New(w.engine.config, testKeys(t, "k2"))
		w.checkInvariants()
	}
}

// Both changes of the keys in use are audited: that the new one writes, and
// that the old one is retired.
func TestChangesOfKeysAreAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	w.audit = nil
	w.rekeyAll(100)
	if len(w.audit) != 2 {
		t.Fatalf("there are %d entries: %+v", len(w.audit), w.audit)
	}
	for _, event := range w.audit {
		if event.Op != "store.rekey" || event.Result != "ok" || event.CID == "" {
			t.Errorf("got %+v", event)
		}
	}
}
