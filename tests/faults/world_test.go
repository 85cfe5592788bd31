// Package faults makes everything fail that can: stores that break, are slow or
// lose their answers, a module that traps, a process that is killed, each at
// every place where it could happen. Whatever fails, nothing that was
// acknowledged is lost, nothing is done twice, and nothing is left dangling:
// signup.Checker finds nothing.
package faults

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDir) != "" {
		child()
		return
	}
	if os.Getenv(sharedSocket) != "" {
		sharer()
		return
	}
	dir, err := os.MkdirTemp("", "enrol-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	cacheDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

const (
	oldKey    = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	secretKey = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8," + oldKey
	startTime = int64(1_790_000_000_000)
	second    = int64(1_000)
	minute    = 60 * second
)

// callbacks are the callback services of every account.
var callbacks = []string{"crm", "wiki"}

// conf tells every code, sends messages and calls two services.
const conf = `
[main]
email_service=mailer
[apps]
signup_allowed=CRM
[signup]
callback_service_list=crm, wiki
is_email_required=False
is_approval_needed=%s
inform_if_user_exists=%[2]s
inform_if_email_exists=%[2]s
[enrol]
confirm_within=60
rate_signup=1000
buckets=2
`

// settings are what of the configuration a test chooses.
type settings struct {
	approval bool // accounts wait for it
	discreet bool // what is taken is not told: such a claim is void
}

func (s settings) conf() string {
	yes := map[bool]string{true: "True", false: "False"}
	return fmt.Sprintf(conf, yes[s.approval], yes[!s.discreet])
}

func (s settings) engine() *signup.Engine { return s.engineWith(keys(secretKey)) }

func (s settings) engineWith(keys *signup.Keys) *signup.Engine {
	config, _, err := signup.ParseConfig(s.conf())
	if err != nil {
		panic(err)
	}
	return signup.New(config, keys)
}

func keys(text signup.Secret) *signup.Keys {
	keys, err := signup.ParseKeys(text)
	if err != nil {
		panic(err)
	}
	return keys
}

// errCrashed says that an operation ended without an answer, as by a crash.
var errCrashed = errors.New("the operation is gone")

// world is a store with an engine, and a host whose time the test moves. The
// engine runs natively; what a test is about may run elsewhere, see runner.
type world struct {
	engine *signup.Engine
	store  kv.Store

	mu    sync.Mutex
	now   int64
	heard []call                       // all calls of services
	deaf  func(call) error             // answers a call; nil accepts all
	at    func(effect int, after bool) // before and after each effect of a run
	drawn io.Reader                    // random bytes; nil for ever new ones
}

// call is what a service was told.
type call struct {
	service, id, userID, username string
}

// host serves one run.
type host struct {
	*world
	effects int
}

// effect performs an effect between two places where a test may step in.
func (h *host) effect(perform func() error) error {
	n := h.effects
	h.effects++
	if h.at != nil {
		h.at(n, false)
	}
	err := perform()
	if h.at != nil {
		h.at(n, true)
	}
	return err
}

func (h *host) Get(keys []string) (values []kv.Value, err error) {
	err = h.effect(func() error { values, err = h.store.Get(context.Background(), keys); return err })
	return values, err
}

func (h *host) Commit(batch kv.Batch) (failed []string, err error) {
	err = h.effect(func() error { failed, err = h.store.Commit(context.Background(), batch); return err })
	return failed, err
}

func (h *host) Scan(prefix, after string, limit int) (entries []kv.Entry, err error) {
	err = h.effect(func() error { entries, err = h.store.Scan(context.Background(), prefix, after, limit); return err })
	return entries, err
}

func (h *host) Entropy(n int) ([]byte, error) {
	random, drawn := make([]byte, n), h.drawn
	if drawn == nil {
		drawn = rand.Reader
	}
	return random, h.effect(func() error { _, err := io.ReadFull(drawn, random); return err })
}

func (h *host) Now() (now int64, err error) {
	return now, h.effect(func() error { now = h.time(); return nil })
}

func (h *host) Audit(signup.AuditEvent) error { return h.effect(func() error { return nil }) }

func (h *host) Call(request signup.ServiceCall) (string, error) {
	return "{}", h.effect(func() error { return h.hear(request) })
}

// DeriveKey stands in for a password hash, which these tests are not about.
func (h *host) DeriveKey(params signup.KDFParams, password, salt []byte) (key []byte, err error) {
	return key, h.effect(func() error {
		sum := sha512.Sum512(append(append([]byte{}, salt...), password...))
		key = sum[:params.Length]
		return nil
	})
}

// hear notes a call.
func (w *world) hear(request signup.ServiceCall) error {
	var body struct {
		Data struct {
			UserID   string `json:"user_id"`
			Username string `json:"username"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
		return err
	}
	c := call{request.Service, request.Headers.ID, body.Data.UserID, body.Data.Username}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, c)
	if w.deaf != nil {
		return w.deaf(c)
	}
	return nil
}

func (w *world) time() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(ms int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now += ms
}

// reply is any operation's answer.
type reply struct {
	signup.Response
	ConfirmToken string      `json:"confirm_token"`
	UserID       string      `json:"user_id"`
	User         signup.User `json:"user"`
	Delivered    int         `json:"delivered"`
	More         bool        `json:"more"`

	text string
}

func readReply(text []byte) reply {
	r := reply{text: string(text)}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&r); err != nil {
		panic(fmt.Sprintf("the answer %s: %v", text, err))
	}
	return r
}

// run runs an operation natively, where nothing fails.
func (w *world) run(operation, request string) reply {
	return readReply(w.engine.Run(operation, &host{world: w}, []byte(request)))
}

// must runs an operation that has to succeed.
func (w *world) must(t *testing.T, operation, request string) reply {
	t.Helper()
	r := w.run(operation, request)
	if !r.OK() {
		t.Fatalf("%s %s: %s", operation, request, r.text)
	}
	return r
}

// signupRequest asks for an account; key may be "".
func signupRequest(username, email, key string) string {
	return fmt.Sprintf(`{"cid":"c","ctx":{"username":%q,"password":"correct horse","email":%q,"app_list":["CRM"]}%s}`, username, email, keyed(key))
}

func confirmRequest(token, key string) string {
	return fmt.Sprintf(`{"cid":"c","confirm_token":%q%s}`, token, keyed(key))
}

func keyed(key string) string {
	if key == "" {
		return ""
	}
	return fmt.Sprintf(`,"idempotency_key":%q`, key)
}

func getRequest(username string) string { return fmt.Sprintf(`{"cid":"c","username":%q}`, username) }
