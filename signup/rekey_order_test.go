package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Two hosts have the keys in a different order, as happens while one after the
// other gets the new key. The pass of one does not leave behind what the other
// wrote with the older key behind its back.
func TestRekeyStartsAgainIfTheKeysChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, informed()...)
	for n := range 6 {
		w.account(fmt.Sprintf("user-%d", n), fmt.Sprintf("user-%d@example.com", n))
	}
	older := w.fork(1)
	older.engine = New(w.engine.config, testKeys(t, "k1", "k2"))
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
	cursor := ""
	for !strings.Contains(cursor, record.UserPrefix) {
		cursor = w.mustRun("rekey", RekeyRequest{Limit: 1, Cursor: cursor, caller: caller{superUser: true}}).Cursor
	}
	before := w.list(record.KeysKey)[0].Version
	older.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
	older.account("late", "late@example.com")
	w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
	if w.list(record.KeysKey)[0].Version == before {
		t.Error("the keys in use have a version that they had before")
	}
	for done := false; !done; {
		r := w.mustRun("rekey", RekeyRequest{Limit: 1, Cursor: cursor, caller: caller{superUser: true}})
		if cursor, done = r.Cursor, r.Done; !done && !r.More {
			t.Fatalf("something was left: %s", r.text)
		}
	}
	if n := len(w.holding("k1.")) + len(w.list("mail/k1/")); n != 0 {
		t.Errorf("%d records are still of the old key", n)
	}
	w.engine = New(w.engine.config, testKeys(t, "k2"))
	w.checkInvariants()
}

// A made-up cursor does not make a pass complete.
func TestRekeyIgnoresMadeUpCursors(t *testing.T) {
	t.Parallel()
	for _, cursor := range []string{"zzz", "0zzz", "1zzz", "/0zzz", "user/~"} {
		w := newWorld(t, informed()...)
		w.account("ada", "ada@example.com")
		w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
		w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
		if r := w.mustRun("rekey", RekeyRequest{Cursor: cursor, caller: caller{superUser: true}}); r.Moved == 0 {
			t.Errorf("%q: %s", cursor, r.text)
		}
	}
}
