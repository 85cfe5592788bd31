package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Two hosts have the keys in a different order, as happens while one after the
// other gets the new key, and after a restart with the file of before. The one
// with the former order helps, and never makes the older key the writer again.
func TestRekeyIsNotUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, informed()...)
	for n := range 6 {
		w.account(fmt.Sprintf("user-%d", n), fmt.Sprintf("user-%d@example.com", n))
	}
	older := w.fork(1)
	older.engine = New(w.engine.config, testKeys(t, "k1", "k2"))
	super := caller{superUser: true}
	if r := older.mustRun("rekey", RekeyRequest{caller: super}); !r.Done || r.Key != "k1" {
		t.Fatalf("before: %s", r.text)
	}
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	if r := w.mustRun("rekey", RekeyRequest{caller: super}); r.Key != "k2" || !r.More {
		t.Fatalf("at first: %s", r.text)
	}
	if r := older.mustRun("rekey", RekeyRequest{Limit: 3, caller: super}); r.Key != "k2" || r.Moved == 0 || !r.More {
		t.Fatalf("with the former order: %s", r.text)
	}
	older.account("late", "late@example.com")
	for cursor, done := "", false; !done; {
		r := w.mustRun("rekey", RekeyRequest{Limit: 2, Cursor: cursor, caller: super})
		if cursor, done = r.Cursor, r.Done; !done && !r.More {
			t.Fatalf("something was left: %s", r.text)
		}
	}
	before := w.list(record.KeysKey)[0].Version
	if r := older.mustRun("rekey", RekeyRequest{caller: super}); !r.Done || r.Key != "k2" {
		t.Errorf("afterwards, with the former order: %s", r.text)
	}
	if w.list(record.KeysKey)[0].Version != before {
		t.Error("the keys in use changed")
	}
	w.engine = New(w.engine.config, testKeys(t, "k2"))
	w.checkInvariants()
	if n := len(w.holding("k1.")); n != 0 {
		t.Errorf("%d records are still of the old key", n)
	}
}

// A store remembers a bounded number of keys that it has left.
func TestRekeyManyTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "ada@example.com")
	for n := 2; n < record.MaxReplaced+5; n++ {
		w.engine = New(w.engine.config, testKeys(t, fmt.Sprintf("k%d", n), fmt.Sprintf("k%d", n-1)))
		w.rekeyAll(100)
	}
	replaced := read[record.Keys](w, record.KeysKey).Replaced
	if len(replaced) != record.MaxReplaced || replaced[len(replaced)-1].ID != fmt.Sprintf("k%d", record.MaxReplaced+3) {
		t.Errorf("it remembers %+v", replaced)
	}
	w.checkInvariants()
}

// A cursor from before another change of the keys starts again: the records
// that it has passed are of the key that is older now.
func TestCursorOfAnEarlierRekeyStartsAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, informed()...)
	for n := range 6 {
		w.account(fmt.Sprintf("user-%d", n), fmt.Sprintf("user-%d@example.com", n))
	}
	super := caller{superUser: true}
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	w.mustRun("rekey", RekeyRequest{caller: super})
	cursor := ""
	for !strings.Contains(cursor, record.UserPrefix) {
		cursor = w.mustRun("rekey", RekeyRequest{Limit: 1, Cursor: cursor, caller: super}).Cursor
	}
	w.rekeyAll(100)
	w.engine = New(w.engine.config, testKeys(t, "k3", "k2"))
	w.mustRun("rekey", RekeyRequest{caller: super})
	for done := false; !done; {
		r := w.mustRun("rekey", RekeyRequest{Limit: 1, Cursor: cursor, caller: super})
		if cursor, done = r.Cursor, r.Done; !done && !r.More {
			t.Fatalf("something was left: %s", r.text)
		}
	}
	w.engine = New(w.engine.config, testKeys(t, "k3"))
	w.checkInvariants()
	if n := len(w.holding("k2.")); n != 0 {
		t.Errorf("%d records are still of the old key", n)
	}
}

// The old key is needed by an answer that is kept for repetitions: it is not
// retired before that answer has expired.
func TestRekeyKeepsAKeyThatARecordNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := asked("ada", "ada@example.com", "once")
	answer := w.mustRun("signup", request).text
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	for range 10 {
		if r := w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}}); r.Done {
			t.Fatalf("the old key is retired: %s", r.text)
		}
	}
	if again := w.mustRun("signup", request).text; again != answer {
		t.Errorf("the repetition got %s, want %s", again, answer)
	}
	w.pass(25 * 60 * minute)
	if r := w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}}); !r.Done {
		t.Errorf("after the answer expired: %s", r.text)
	}
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
