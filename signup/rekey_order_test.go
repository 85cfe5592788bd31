package signup

import (
	"fmt"
	"strings"
	"testing"
)

// Two hosts have the keys in another order, as may be while one after the other
// is given the new key. What the one wrote with the older key is not left behind
// by the pass of the other, which had been past its place.
func TestRekeyBeginsAnewWhereTheKeysChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, informed()...)
	for n := range 6 {
		w.account(fmt.Sprintf("user-%d", n), fmt.Sprintf("user-%d@example.com", n))
	}
	older := w.fork(1)
	older.engine = New(w.engine.config, testKeys(t, "k1", "k2"))
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	w.mustRun("rekey", RekeyRequest{SuperUser: true})
	cursor := ""
	for !strings.Contains(cursor, userPrefix) {
		cursor = w.mustRun("rekey", RekeyRequest{Limit: 1, Cursor: cursor, SuperUser: true}).Cursor
	}
	before := w.list(metaKeysKey)[0].Version
	older.mustRun("rekey", RekeyRequest{SuperUser: true})
	older.account("late", "late@example.com")
	w.mustRun("rekey", RekeyRequest{SuperUser: true})
	if w.list(metaKeysKey)[0].Version == before {
		t.Error("the keys in use have a version that they had before")
	}
	for done := false; !done; {
		r := w.mustRun("rekey", RekeyRequest{Limit: 1, Cursor: cursor, SuperUser: true})
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

// A cursor that no run answered does not take a pass to its end.
func TestRekeyTakesNoCursorThatWasNotAnswered(t *testing.T) {
	t.Parallel()
	for _, cursor := range []string{"zzz", "0zzz", "1zzz", "/0zzz", "user/~"} {
		w := newWorld(t, informed()...)
		w.account("ada", "ada@example.com")
		w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
		w.mustRun("rekey", RekeyRequest{SuperUser: true})
		if r := w.mustRun("rekey", RekeyRequest{Cursor: cursor, SuperUser: true}); r.Moved == 0 {
			t.Errorf("%q: %s", cursor, r.text)
		}
	}
}
