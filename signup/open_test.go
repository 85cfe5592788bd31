package signup

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
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
	format, keys := read[record.Format](w, "meta/format"), read[record.Keys](w, "meta/keys")
	if *format != (record.Format{V: 1, Unicode: UnicodeVersion(), Buckets: 16}) {
		t.Errorf("the format is %+v", format)
	}
	if len(keys.Keys) != 1 || keys.Keys[0] != (keyring.Entry{ID: "k2", Check: keyring.All(w.engine.keys)[0].Check()}) {
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
	// The store keeps its number of buckets.
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
		if r.codes() != "E008004" || !strings.Contains(r.Fault, "contains something else") || len(w.dump()) != 1 {
			t.Errorf("with %s in it: %s", key, r.text)
		}
	}
}

func TestOpenRefusesAStoreThatLostARecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.remove(record.KeysKey)
	if r := w.run("open", `{}`); r.codes() != "E008004" || len(w.dump()) != 1 {
		t.Errorf("got %s", r.text)
	}
}

// Another process may open the store between any two effects.
func TestTwoOpensAtOnce(t *testing.T) {
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
		if format := read[record.Format](w, record.FormatKey); format.Buckets != 16 {
			t.Errorf("before effect %d: there are %d buckets, of 16 of the process that was first", n, format.Buckets)
		}
		w.claim("bob", "bob@example.com")
		w.checkInvariants()
	}
}

func TestManyOpensAtOnce(t *testing.T) {
	t.Parallel()
	engine, store := testEngine(t), memory.New()
	replies := make([]reply, 40)
	var group sync.WaitGroup
	for i := range replies {
		group.Go(func() {
			w := worldOf(t, engine)
			w.use(store)
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

// anyRequests returns a valid request for each operation.
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

// Every operation refuses a store that this engine must not write to, and says
// what to do.
func TestStoreThatThisEngineMustNotWriteTo(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k1")
	entry := keyring.Entry{ID: "k1", Check: keyring.Find(keys, "k1").Check()}
	format := record.Format{V: 1, Unicode: UnicodeVersion(), Buckets: 1}
	for _, test := range []struct {
		what  string
		put   kv.Put
		fault string
	}{
		{"another Unicode version", record.Put(record.FormatKey, &record.Format{V: 1, Unicode: "9.0.0", Buckets: 1}), "Unicode 9.0.0"},
		{"a newer format", record.Put(record.FormatKey, &record.Format{V: 2, Unicode: UnicodeVersion(), Buckets: 1}), "use a newer engine"},
		{"a damaged format", kv.Put{Key: record.FormatKey, Data: `{"v":1,`}, "damaged"},
		{"no buckets", record.Put(record.FormatKey, &record.Format{V: 1, Unicode: format.Unicode}), "damaged"},
		{"too many buckets", record.Put(record.FormatKey, &record.Format{V: 1, Unicode: format.Unicode, Buckets: 65}), "damaged"},
		{"a missing key", record.Put(record.KeysKey, &record.Keys{V: 1, Keys: []keyring.Entry{entry, {ID: "k9", Check: "x"}}}), "secret key k9, which is missing"},
		{"another key of the same id", record.Put(record.KeysKey, &record.Keys{V: 1, Keys: []keyring.Entry{{ID: "k1", Check: "AAAA"}}}), "another secret key with the id k1"},
		{"no keys", record.Put(record.KeysKey, &record.Keys{V: 1}), "damaged"},
		{"three keys", record.Put(record.KeysKey, &record.Keys{V: 1, Keys: []keyring.Entry{entry, entry, entry}}), "damaged"},
		{"newer keys", record.Put(record.KeysKey, &record.Keys{V: 2, Keys: []keyring.Entry{entry}}), "use a newer engine"},
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

// The keys in use guard every commit: after a concurrent rotation the operation
// reads again.
func TestRotationDuringASignup(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k2", "k1")
	w := bareWorld(t, New(configured(t), keys))
	w.write(record.Put(record.FormatKey, &record.Format{V: 1, Unicode: UnicodeVersion(), Buckets: 1}),
		record.Put(record.KeysKey, &record.Keys{V: 1, Keys: []keyring.Entry{{ID: "k1", Check: keyring.Find(keys, "k1").Check()}}}))
	w.before = func(_ int, e effect) error {
		if e.Kind == "commit" && w.commits == 0 {
			w.write(record.Put(record.KeysKey, &record.Keys{V: 1, Keys: []keyring.Entry{
				{ID: "k2", Check: keyring.Find(keys, "k2").Check()}, {ID: "k1", Check: keyring.Find(keys, "k1").Check()},
			}}))
		}
		return nil
	}
	token := w.claim("ada", "ada@example.com")
	if user := recordOf[record.User](t, w.list(record.UserPrefix)[0]); !strings.HasPrefix(user.EmailSealed, "k2.") || !strings.HasPrefix(user.PasswordSealed, "k2.") {
		t.Errorf("sealed with the older key: %+v", user)
	}
	w.confirm(token)
	if got := w.list("mail/"); len(got) != 1 || !strings.HasPrefix(got[0].Key, "mail/k2/") {
		t.Errorf("the owner is under %v", got)
	}
}

func TestOpenGivesUpIfItNeverSucceeds(t *testing.T) {
	t.Parallel()
	for failure, want := range map[error]string{kv.ErrConflict: "too many concurrent changes", kv.ErrUnknown: kv.ErrUnknown.Error()} {
		w := bareWorld(t, testEngine(t))
		w.commit = func(int, func() (bool, error)) (bool, error) { return false, failure }
		if r := w.run("open", `{}`); r.codes() != "E901002" || !strings.Contains(r.Fault, want) || w.commits != maxAttempts {
			t.Errorf("%v: %s after %d commits", failure, r.text, w.commits)
		}
	}
	w := bareWorld(t, testEngine(t))
	w.commit = func(_ int, apply func() (bool, error)) (bool, error) {
		apply()
		return false, fmt.Errorf("the line broke: %w", kv.ErrUnknown)
	}
	if r := w.run("open", `{}`); !r.OK() {
		t.Errorf("a lost answer: %s", r.text)
	}
	if entries, _ := w.store.Scan(context.Background(), "", "", 9); len(entries) != 2 {
		t.Errorf("%d records", len(entries))
	}
}
