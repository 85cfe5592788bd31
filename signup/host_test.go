package signup

import (
	"context"
	"crypto/sha512"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/password"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// startTime is the initial time of a test's clock.
const startTime = signuptest.StartTime

const minute = int64(60_000)

// world is an installation: an engine and its host, with a store that can be
// told to fail. It serves one run at a time; fork returns another world with
// the same engine and store.
type world struct {
	*signuptest.Host
	t      testing.TB
	engine *Engine
	store  kv.Store // the Host's, without the failures

	audit []AuditEvent // of all runs
	calls []ServiceCall

	before  func(n int, e effect) error                           // runs before the n-th effect of a run; an error is its answer
	commit  func(n int, apply func() (bool, error)) (bool, error) // answers the n-th commit of a run
	commits int
}

// effect is one effect that the engine requested.
type effect = signuptest.Effect

// usualSettings returns the settings of most tests, by path. The password hash
// is as cheap as the configuration allows.
func usualSettings() map[string]string {
	return map[string]string{
		"main.email_service":           "mailer",
		"main.site_name":               "Example",
		"apps.all":                     "CRM, HR, Wiki",
		"apps.signup_allowed":          "CRM, HR",
		"password.min_complexity":      "0",
		"signup.callback_service_list": "crm.created",
		"enrol.argon2_memory":          "8192",
		"enrol.argon2_iterations":      "1",
		"enrol.message_daily_cap":      "0",
		"enrol.message_cooldown":       "0",
	}
}

// configured returns the usual settings with some changes, each "path=value".
func configured(t testing.TB, changes ...string) *ssoconf.Config {
	t.Helper()
	text := configText(changes...)
	config, _, err := ssoconf.Parse(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return config
}

// configText returns an sso.conf with the usual settings and some changes. A
// change without a "=" removes a setting.
func configText(changes ...string) string {
	settings := usualSettings()
	for _, change := range changes {
		path, value, set := strings.Cut(change, "=")
		settings[path] = value
		if !set {
			delete(settings, path)
		}
	}
	var text strings.Builder
	last := ""
	for _, path := range slices.Sorted(maps.Keys(settings)) {
		section, key, _ := strings.Cut(path, ".")
		if section != last {
			fmt.Fprintf(&text, "[%s]\n", section)
			last = section
		}
		fmt.Fprintf(&text, "%s=%s\n", key, settings[path])
	}
	return text.String()
}

// testKeys returns keys with these ids. They are the same in every call.
func testKeys(t testing.TB, ids ...string) *Keys {
	t.Helper()
	var entries []string
	for _, id := range ids {
		entries = append(entries, string(FormatKey(id, keyBytes(id))))
	}
	keys, err := ParseKeys(Secret(strings.Join(entries, ",")))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// keyBytes returns the secret of a key, which is the same in every call.
func keyBytes(of string) []byte {
	sum := sha512.Sum512_256([]byte("key " + of))
	return sum[:]
}

// newWorld returns a world with an open store and some changed settings.
func newWorld(t testing.TB, changes ...string) *world {
	t.Helper()
	w := bareWorld(t, New(configured(t, changes...), testKeys(t, "k1")))
	w.mustRun("open", `{}`)
	return w
}

// estimator is the estimator of the engines of all worlds: reading the word lists
// takes longer than most tests.
var estimator = new(password.Estimation).Estimator

// bareWorld returns a world whose store is not opened.
func bareWorld(t testing.TB, engine *Engine) *world {
	engine.estimator = estimator
	return worldOf(t, engine)
}

// worldOf returns a world with an empty store and an engine that others may use.
func worldOf(t testing.TB, engine *Engine) *world {
	w := &world{Host: signuptest.New(), t: t, engine: engine}
	w.use(w.Store)
	w.Around = w.around
	return w
}

// use gives a world another store.
func (w *world) use(store kv.Store) {
	w.store = store
	w.Store = meddledStore{store, w}
}

// fork returns a world with the same engine, store and time, but other random
// bytes and no failures.
func (w *world) fork(seed uint64) *world {
	other := worldOf(w.t, w.engine)
	other.use(w.store)
	other.Clock.Set(w.Clock.Now())
	other.Services, other.Derive = w.Services, w.Derive
	other.seed(seed + 1000)
	return other
}

func (w *world) seed(n uint64) { w.Random = signuptest.Seeded(n) }

// pass moves the clock by milliseconds.
func (w *world) pass(ms int64) { w.Clock.Set(w.Clock.Now() + ms) }

// around performs an effect, unless before answers it with an error.
func (w *world) around(e effect, perform func() error) error {
	if w.before != nil {
		if err := w.before(len(w.Effects())-1, e); err != nil {
			return err
		}
	}
	switch e.Kind {
	case signuptest.Audit:
		w.audit = append(w.audit, e.Event)
	case signuptest.Call:
		w.calls = append(w.calls, e.Call)
	}
	return perform()
}

// meddledStore is a world's store, with its commits answered by world.commit.
type meddledStore struct {
	kv.Store
	world *world
}

func (s meddledStore) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	apply := func() (bool, error) { return s.Store.Commit(ctx, batch) }
	s.world.commits++
	if s.world.commit != nil {
		return s.world.commit(s.world.commits-1, apply)
	}
	return apply()
}

// run runs an operation. The request is JSON text, or one of the request types
// of the package.
func (w *world) run(operation string, request any) reply {
	w.t.Helper()
	var data []byte
	switch r := request.(type) {
	case string:
		data = []byte(r)
	case interface{ JSON() ([]byte, error) }:
		var err error
		if data, err = r.JSON(); err != nil {
			w.t.Fatal(err)
		}
	}
	w.Forget()
	w.commits = 0
	if slices.Contains(Moves(), operation) {
		return readReply(w.t, w.engine.Move(operation, w, data))
	}
	return readReply(w.t, w.engine.Run(operation, w, data))
}

// mustRun runs an operation that must succeed.
func (w *world) mustRun(operation string, request any) reply {
	w.t.Helper()
	r := w.run(operation, request)
	if !r.OK() {
		w.t.Fatalf("%s was refused: %s", operation, r.text)
	}
	return r
}

const goodPassword = "correct horse battery"

// ask returns a request that passes all rules.
func ask(username, email string) SignupRequest {
	return SignupRequest{
		CurrentApp: "CRM",
		RemoteAddr: []string{"192.0.2.7"},
		Username:   username, Password: goodPassword, Email: email, AppList: []string{"CRM", "Wiki"},
	}
}

// claim signs somebody up and returns the token.
func (w *world) claim(username, email string) string {
	w.t.Helper()
	return w.mustRun("signup", ask(username, email)).ConfirmToken
}

// confirm confirms a token.
func (w *world) confirm(token string) reply {
	w.t.Helper()
	return w.run("confirm", ConfirmRequest{ConfirmToken: Secret(token), CurrentApp: "CRM"})
}

// account signs somebody up, confirms, and returns the user id.
func (w *world) account(username, email string) string {
	w.t.Helper()
	r := w.confirm(w.claim(username, email))
	if !r.OK() {
		w.t.Fatalf("confirm was refused: %s", r.text)
	}
	return r.UserID
}

// dump returns everything in the store.
func (w *world) dump() []kv.Entry {
	w.t.Helper()
	var all []kv.Entry
	for after := ""; ; after = all[len(all)-1].Key {
		page, err := w.store.Scan(context.Background(), "", after, kv.MaxScanLimit)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, page...)
		if len(page) < kv.MaxScanLimit {
			return all
		}
	}
}

// list returns the entries under a prefix.
func (w *world) list(prefix string) []kv.Entry {
	w.t.Helper()
	return slices.DeleteFunc(w.dump(), func(e kv.Entry) bool { return !strings.HasPrefix(e.Key, prefix) })
}

// read returns the record of a key, or nil.
func read[T any, D record.Readable[T]](w *world, key string) *T {
	w.t.Helper()
	values, err := w.store.Get(context.Background(), []string{key})
	if err != nil {
		w.t.Fatal(err)
	}
	if values[0].Version == "" {
		return nil
	}
	stored, fault := record.Decode[T, D](key, values[0])
	if fault != nil {
		w.t.Fatal(fault)
	}
	return stored
}

// write changes the store without the engine.
func (w *world) write(puts ...kv.Put) {
	w.t.Helper()
	if applied, err := w.store.Commit(context.Background(), kv.Batch{Puts: puts}); err != nil || !applied {
		w.t.Fatal(applied, err)
	}
}

// remove deletes keys without the engine.
func (w *world) remove(keys ...string) {
	w.t.Helper()
	if applied, err := w.store.Commit(context.Background(), kv.Batch{Deletes: keys}); err != nil || !applied {
		w.t.Fatal(applied, err)
	}
}

// kinds returns the kinds of the effects of the last run.
func (w *world) kinds() string {
	effects := w.Effects()
	kinds := make([]string, len(effects))
	for i, e := range effects {
		kinds[i] = string(e.Kind)
	}
	return strings.Join(kinds, " ")
}

// errOutside is a fault of the host.
var errOutside = errors.New("the disk is full")

// failAt makes the n-th effect of every run fail.
func failAt(n int) func(int, effect) error {
	return func(at int, _ effect) error {
		if at == n {
			return errOutside
		}
		return nil
	}
}
