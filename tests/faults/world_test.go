// Package faults makes everything fail that can fail: stores that break, are
// slow or lose their answers, a module that traps, a process that is killed,
// each at every possible place. Whatever fails, no acknowledged operation is
// lost, nothing is done twice, and no reference is broken: the checker finds
// nothing.
package faults

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
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

// conf discloses every code, sends messages and calls two services.
const conf = `
[main]
email_service=mailer
[password]
min_complexity=0
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

// settings are the part of the configuration that a test chooses.
type settings struct {
	approval bool // accounts wait for it
	discreet bool // taken names and addresses are not disclosed: such a claim is void
}

func (s settings) conf() string {
	yes := map[bool]string{true: "True", false: "False"}
	return fmt.Sprintf(conf, yes[s.approval], yes[!s.discreet])
}

func (s settings) engine() *signup.Engine { return s.engineWith(keys(secretKey)) }

func (s settings) engineWith(keys *signup.Keys) *signup.Engine {
	config, _, err := ssoconf.Parse(s.conf())
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

// errCrashed reports that an operation ended without an answer, as after a
// crash.
var errCrashed = errors.New("the operation is gone")

// world is a store with an engine, and a host whose time the test sets. The
// engine runs natively; the operation under test may run elsewhere, see runner.
type world struct {
	engine *signup.Engine
	store  kv.Store
	clock  *signuptest.Clock

	mu    sync.Mutex
	heard []call                       // all calls of services
	deaf  func(call) error             // answers a call; nil accepts all
	at    func(effect int, after bool) // before and after each effect of a run
	drawn io.Reader                    // random bytes; nil for ones that are always new
}

// call is a call of a service.
type call struct {
	service, id, userID, username string
}

// host returns the host of one run, in which a test can intervene before and
// after each effect.
func (w *world) host() *signuptest.Host {
	h := &signuptest.Host{Store: w.store, Clock: w.clock, Random: w.drawn}
	if h.Random == nil {
		h.Random = rand.Reader
	}
	h.Services = func(call signup.ServiceCall) (string, error) { return "{}", w.hear(call) }
	effects := 0
	h.Around = func(_ signuptest.Effect, perform func() error) error {
		n := effects
		effects++
		if w.at != nil {
			w.at(n, false)
		}
		err := perform()
		if w.at != nil {
			w.at(n, true)
		}
		return err
	}
	return h
}

// hear records a call.
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

func clockAt(ms int64) *signuptest.Clock {
	c := signuptest.NewClock()
	c.Set(ms)
	return c
}

// advance moves the clock.
func (w *world) advance(ms int64) { w.clock.Set(w.clock.Now() + ms) }

// reply is any operation's answer.
type reply struct {
	signup.Response
	rest
	text string
}

func (r *reply) UnmarshalJSON(data []byte) error {
	return errors.Join(json.Unmarshal(data, &r.Response), json.Unmarshal(data, &r.rest))
}

// rest is what only some responses have.
type rest struct {
	ConfirmToken string      `json:"confirm_token"`
	UserID       string      `json:"user_id"`
	User         signup.User `json:"user"`
	Delivered    int         `json:"delivered"`
	More         bool        `json:"more"`
}

func readReply(text []byte) reply {
	r := reply{text: string(text)}
	if err := json.Unmarshal(text, &r); err != nil {
		panic(fmt.Sprintf("the answer %s: %v", text, err))
	}
	return r
}

// run runs an operation natively, where nothing fails.
func (w *world) run(operation, request string) reply {
	return readReply(w.engine.Run(operation, w.host(), []byte(request)))
}

// must runs an operation, which must succeed.
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
