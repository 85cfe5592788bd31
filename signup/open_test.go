package signup

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
)

func TestFirstOpenPreparesAnEmptyStore(t *testing.T) {
	t.Parallel()
	w := bareWorld(t, New(configured(t, "enrol.buckets=16"), testKeys(t, "k2", "k1")))
	r := w.mustRun("open", `{"cid":"abc"}`)
	if r.CID != "abc" {
		t.Errorf("got %s", r.text)
	}
	if got, want := w.kinds(), "now entropy get scan commit"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	format, keys := read[formatRecord](w, "meta/format"), read[keysRecord](w, "meta/keys")
	if *format != (formatRecord{V: 1, Unicode: UnicodeVersion(), Buckets: 16}) {
		t.Errorf("the format is %+v", format)
	}
	if len(keys.Keys) != 1 || keys.Keys[0] != (keyEntry{ID: "k2", Check: w.engine.keys.keys[0].check()}) {
		t.Errorf("the keys are %+v", keys)
	}
}

func TestLaterOpenWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	before := fmt.Sprint(w.dump())
	w.engine = New(configured(t, "enrol.buckets=16"), w.engine.keys)
	w.mustRun("open", `{}`)
	if got, want := w.kinds(), "now entropy get"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if fmt.Sprint(w.dump()) != before {
		t.Error("the store was changed")
	}
	// The number of buckets stays that of the store.
	w.claim("bob", "bob@example.com")
	for _, e := range append(w.list("pending/"), w.list("outbox/")...) {
		if !strings.Contains(e.Key, "/00/") {
			t.Errorf("there is %s", e.Key)
		}
	}
}

func TestOpenRefusesAStoreOfSomethingElse(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"a", "name/ada", "zzz", "meta/other", "meta/keys"} {
		w := bareWorld(t, testEngine(t))
		w.write(kv.Put{Key: key, Data: "{}"})
		r := w.run("open", `{}`)
		if r.codes() != "E008004" || !strings.Contains(r.Fault, "holds something else") || len(w.dump()) != 1 {
			t.Errorf("with %s in it: %s", key, r.text)
		}
	}
}

func TestOpenRefusesAStoreThatLostARecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.remove(metaKeysKey)
	if r := w.run("open", `{}`); r.codes() != "E008004" || len(w.dump()) != 1 {
		t.Errorf("got %s", r.text)
	}
}

// Another process may open the store between any two effects of this one.
func TestTwoOpenAtOnce(t *testing.T) {
	t.Parallel()
	for n := range 5 {
		w := bareWorld(t, testEngine(t))
		other := w.fork(1)
		other.engine = New(configured(t, "enrol.buckets=16"), w.engine.keys)
		w.before = func(at int, _ effect) error {
			if at == n {
				other.mustRun("open", `{}`)
				other.claim("ada", "ada@example.com")
			}
			return nil
		}
		if r := w.run("open", `{}`); !r.OK() {
			t.Errorf("before effect %d: %s", n, r.text)
		}
		w.before = nil
		if format := read[formatRecord](w, metaFormatKey); format.Buckets != 16 {
			t.Errorf("before effect %d: there are %d buckets, of 16 of the process that was first", n, format.Buckets)
		}
		w.claim("bob", "bob@example.com")
		w.checkInvariants()
	}
}

func TestManyOpenAtOnce(t *testing.T) {
	t.Parallel()
	engine, store := testEngine(t), memory.New()
	replies := make([]reply, 40)
	var group sync.WaitGroup
	for i := range replies {
		group.Go(func() {
			w := bareWorld(t, engine)
			w.store = store
			w.seed(uint64(i))
			replies[i] = w.run("open", `{}`)
		})
	}
	group.Wait()
	for _, r := range replies {
		if !r.OK() {
			t.Errorf("got %s", r.text)
		}
	}
}

func TestEveryOperationNeedsAnOpenStore(t *testing.T) {
	t.Parallel()
	w := bareWorld(t, testEngine(t))
	for operation, request := range anyRequests() {
		if operation == "open" || operation == "validate" {
			continue
		}
		r := w.run(operation, request)
		if r.codes() != "E008004" || !strings.Contains(r.Fault, "never opened") {
			t.Errorf("%s answers %s", operation, r.text)
		}
	}
	if len(w.dump()) != 0 {
		t.Error("something was written")
	}
}

// anyRequests has a good request for each operation.
func anyRequests() map[string]any {
	return map[string]any{
		"open":     `{}`,
		"signup":   ask("ada", "ada@example.com"),
		"validate": ask("ada", "ada@example.com"),
		"confirm":  ConfirmRequest{ConfirmToken: "token"},
		"get":      GetRequest{Username: "ada"},
		"dispatch": DispatchRequest{},
	}
}

// A store that this engine must not write is refused by every operation that
// would use it, with what to do about it.
func TestStoreThatThisEngineMustNotWrite(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k1")
	entry := keyEntry{ID: "k1", Check: keys.find("k1").check()}
	format := formatRecord{V: 1, Unicode: UnicodeVersion(), Buckets: 1}
	for _, test := range []struct {
		what  string
		put   kv.Put
		fault string
	}{
		{"another Unicode version", put(metaFormatKey, formatRecord{V: 1, Unicode: "9.0.0", Buckets: 1}), "Unicode 9.0.0"},
		{"a newer format", put(metaFormatKey, formatRecord{V: 2, Unicode: UnicodeVersion(), Buckets: 1}), "use a newer engine"},
		{"a damaged format", kv.Put{Key: metaFormatKey, Data: `{"v":1,`}, "damaged"},
		{"no buckets", put(metaFormatKey, formatRecord{V: 1, Unicode: format.Unicode}), "damaged"},
		{"too many buckets", put(metaFormatKey, formatRecord{V: 1, Unicode: format.Unicode, Buckets: 65}), "damaged"},
		{"a key that is not at hand", put(metaKeysKey, keysRecord{V: 1, Keys: []keyEntry{entry, {ID: "k9", Check: "x"}}}), "secret key k9, which is not at hand"},
		{"another key of the same id", put(metaKeysKey, keysRecord{V: 1, Keys: []keyEntry{{ID: "k1", Check: "AAAA"}}}), "another secret key of the id k1"},
		{"no keys", put(metaKeysKey, keysRecord{V: 1}), "damaged"},
		{"three keys", put(metaKeysKey, keysRecord{V: 1, Keys: []keyEntry{entry, entry, entry}}), "damaged"},
		{"newer keys", put(metaKeysKey, keysRecord{V: 2, Keys: []keyEntry{entry}}), "use a newer engine"},
	} {
		w := newWorld(t)
		w.write(test.put)
		before := fmt.Sprint(w.dump())
		for operation, request := range anyRequests() {
			if operation == "validate" {
				continue
			}
			if r := w.run(operation, request); r.codes() != "E008004" || !strings.Contains(r.Fault, test.fault) {
				t.Errorf("%s: %s answers %s", test.what, operation, r.text)
			}
		}
		if fmt.Sprint(w.dump()) != before {
			t.Errorf("%s: the store was changed", test.what)
		}
	}
}

// What an operation commits is guarded by the keys it saw in use: a rotation
// that comes in between makes it look again.
func TestRotationDuringASignup(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k2", "k1")
	w := bareWorld(t, New(configured(t), keys))
	w.write(put(metaFormatKey, formatRecord{V: 1, Unicode: UnicodeVersion(), Buckets: 1}),
		put(metaKeysKey, keysRecord{V: 1, Keys: []keyEntry{{ID: "k1", Check: keys.find("k1").check()}}}))
	w.before = func(_ int, e effect) error {
		if e.kind == "commit" && w.commits == 0 {
			w.write(put(metaKeysKey, keysRecord{V: 1, Keys: []keyEntry{
				{ID: "k2", Check: keys.find("k2").check()}, {ID: "k1", Check: keys.find("k1").check()},
			}}))
		}
		return nil
	}
	token := w.claim("ada", "ada@example.com")
	if user := record[userRecord](t, w.list(userPrefix)[0]); !strings.HasPrefix(user.EmailSealed, "k2.") || !strings.HasPrefix(user.PasswordSealed, "k2.") {
		t.Errorf("sealed with the older key: %+v", user)
	}
	w.confirm(token)
	if got := w.list("mail/"); len(got) != 1 || !strings.HasPrefix(got[0].Key, "mail/k2/") {
		t.Errorf("the owner is under %v", got)
	}
}

func TestOpenGivesUpWhereItNeverSucceeds(t *testing.T) {
	t.Parallel()
	for _, fault := range []error{kv.ErrConflict, kv.ErrUnknown} {
		w := bareWorld(t, testEngine(t))
		w.commit = func(int, func() ([]string, error)) ([]string, error) { return nil, fault }
		if r := w.run("open", `{}`); r.codes() != "E901002" || r.Fault == "" || w.commits != maxAttempts {
			t.Errorf("%v: %s after %d commits", fault, r.text, w.commits)
		}
	}
	w := bareWorld(t, testEngine(t))
	w.commit = func(_ int, apply func() ([]string, error)) ([]string, error) {
		apply()
		return nil, fmt.Errorf("the line broke: %w", kv.ErrUnknown)
	}
	if r := w.run("open", `{}`); !r.OK() {
		t.Errorf("a lost answer: %s", r.text)
	}
	if entries, _ := w.store.Scan(context.Background(), "", "", 9); len(entries) != 2 {
		t.Errorf("%d records", len(entries))
	}
}
