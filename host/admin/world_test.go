package admin_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/admin"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// conf has accounts wait for approval, hashes fast.
const conf = `
[main]
email_service=outbox
[password]
min_complexity=0
[apps]
all=CRM
signup_allowed=CRM
login_allowed=CRM
default=CRM
[signup]
is_approval_needed=True
email_welcome_enabled=False
[enrol]
argon2_memory=8192
argon2_iterations=1
`

const superKey = "0123456789abcdef0123456789abcdef"

// world is the pages on a real engine, with the audit trail, and a browser.
type world struct {
	t      *testing.T
	engine *host.Enrol
	http.Handler
	cookies map[string]*http.Cookie

	mu      sync.Mutex
	trail   []host.AuditEntry
	untrail bool // the audit trail cannot be written
	log     bytes.Buffer
}

// Append implements host.Audit.
func (w *world) Append(_ context.Context, entry host.AuditEntry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.untrail {
		return errors.New("disk full")
	}
	w.trail = append(w.trail, entry)
	return nil
}

// Write implements io.Writer: the log.
func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

// newWorld returns the pages that a key opens.
func newWorld(t *testing.T, key signup.Secret) *world { return newWorldWith(t, key, nil) }

// newWorldWith does so with an audit trail of its own, nil for that of the world.
func newWorldWith(t *testing.T, key signup.Secret, audit host.Audit) *world {
	t.Helper()
	w := &world{t: t, cookies: map[string]*http.Cookie{}}
	if audit == nil {
		audit = w
	}
	engine, err := host.New(t.Context(), host.Options{
		Conf:      conf,
		SecretKey: host.NewSecretKey(),
		Store:     memory.New(),
		Audit:     audit,
		Native:    true,
		Services: map[string]host.Service{"outbox": host.MessageService(func(context.Context, host.Message, signup.WebhookHeaders) error {
			return host.ServiceFinal("the mailbox is full")
		})},
		DispatchInterval: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close(context.Background()) })
	w.engine = engine
	w.open(key)
	return w
}

// open replaces the pages, as a restart with a key does.
func (w *world) open(key signup.Secret) {
	w.Handler = admin.New(w.engine, admin.Options{SuperAPIKey: key, Logger: slog.New(slog.NewTextHandler(w, nil))})
}

// do sends a request of the browser, and keeps the cookies of the answer.
func (w *world) do(r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	for _, cookie := range w.cookies {
		r.AddCookie(cookie)
	}
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	for _, cookie := range recorder.Result().Cookies() {
		w.cookies[cookie.Name] = cookie
		if cookie.MaxAge < 0 {
			delete(w.cookies, cookie.Name)
		}
	}
	return recorder
}

func (w *world) get(path string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.do(r)
}

// formRequest is what a form of these pages posts: names and values.
func formRequest(path string, fields ...string) *http.Request {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// post posts a form of the session.
func (w *world) post(path string, fields ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.do(formRequest(path, append([]string{"token", w.token()}, fields...)...))
}

// token returns the token of the forms of the session.
func (w *world) token() string {
	w.t.Helper()
	return w.valueOf("/admin/dead", "token")
}

// valueOf returns the value of a field of a form that a page has.
func (w *world) valueOf(path, field string) string {
	w.t.Helper()
	found := regexp.MustCompile(`name="` + field + `" value="([^"]+)"`).FindStringSubmatch(w.get(path).Body.String())
	if found == nil {
		w.t.Fatalf("%s has no %s", path, field)
	}
	return found[1]
}

// enter enters a name and a key in the form of signing in.
func (w *world) enter(name, key string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.do(formRequest("/admin/sign-in", "form", w.valueOf("/admin/sign-in", "form"), "name", name, "key", key, "to", "/dead"))
}

// signIn signs an operator in.
func (w *world) signIn(name string) {
	w.t.Helper()
	if answer := w.enter(name, superKey); answer.Code != http.StatusSeeOther {
		w.t.Fatalf("%s cannot sign in: %d %s", name, answer.Code, answer.Body)
	}
}

// signUp signs somebody up. The token is for confirm.
func (w *world) signUp(username string) (token signup.Secret) {
	w.t.Helper()
	made, err := w.engine.Signup(w.t.Context(), signup.SignupRequest{Username: username, Password: "correct horse", Email: username + "@example.com", AppList: []string{"CRM"}})
	if err != nil || !made.OK() {
		w.t.Fatal(made, err)
	}
	return made.ConfirmToken
}

// join signs somebody up and confirms, so that they wait for approval.
func (w *world) join(username string) (id string) {
	w.t.Helper()
	confirmed, err := w.engine.Confirm(w.t.Context(), signup.ConfirmRequest{ConfirmToken: w.signUp(username)})
	if err != nil || !confirmed.OK() {
		w.t.Fatal(confirmed, err)
	}
	return w.idOf(username)
}

// idOf returns the id of an account.
func (w *world) idOf(username string) string {
	w.t.Helper()
	found, err := w.engine.Get(w.t.Context(), signup.GetRequest{Username: username})
	if err != nil || !found.OK() {
		w.t.Fatal(found, err)
	}
	return found.User.UserID
}

// deliver delivers what waits, which fails.
func (w *world) deliver() {
	w.t.Helper()
	if _, err := w.engine.Dispatch(w.t.Context(), signup.DispatchRequest{Limit: 100}); err != nil {
		w.t.Fatal(err)
	}
}

// audited returns the entries of an operation, without those of its attempts.
func (w *world) audited(operation string) []host.AuditEntry {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.trail), func(e host.AuditEntry) bool { return e.Op != operation || e.Result == "" })
}
