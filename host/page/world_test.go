package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// openConf is open to all and hashes fast. Messages go to the world's outbox.
const openConf = `
[main]
email_service=outbox
site_name=Example
[password]
min_complexity=0
[apps]
all=CRM,Billing,Archive
signup_allowed=CRM,Billing
login_allowed=CRM,Billing
default=CRM
[signup]
is_approval_needed=False
[enrol]
bind_apps=True
argon2_memory=8192
argon2_iterations=1
message_cooldown=0
resend_cooldown=0
`

// world is a handler on a real engine, with what it sends and logs.
type world struct {
	t      *testing.T
	engine *host.Enrol
	http.Handler

	mu       sync.Mutex
	messages []host.Message
	log      bytes.Buffer
}

// Write implements io.Writer: the log.
func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

func (w *world) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

type discard struct{}

func (discard) Append(context.Context, host.AuditEntry) error { return nil }

// newWorld returns the pages of an engine with openConf. Pairs of old and new
// text change it.
func newWorld(t *testing.T, options page.Options, changes ...string) *world {
	t.Helper()
	w := &world{t: t}
	engine, err := host.New(t.Context(), host.Options{
		Conf:      strings.NewReplacer(changes...).Replace(openConf),
		SecretKey: host.NewSecretKey(),
		Store:     memory.New(),
		Audit:     discard{},
		Native:    true,
		Services: map[string]host.Service{"outbox": host.MessageService(func(_ context.Context, m host.Message, _ signup.WebhookHeaders) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.messages = append(w.messages, m)
			return nil
		})},
		DispatchInterval: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close(context.Background()) })
	if options.Logger == nil {
		options.Logger = slog.New(slog.NewTextHandler(w, nil))
	}
	w.engine = engine
	if w.Handler, err = page.New(engine, options); err != nil {
		t.Fatal(err)
	}
	w.log.Reset()
	return w
}

// do sends a request from a browser.
func (w *world) do(r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	return recorder
}

func (w *world) get(path string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post posts a form: names and values.
func (w *world) post(path string, fields ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.do(formRequest(path, fields...))
}

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

// key returns the key of the form that a page shows.
func (w *world) key(path string) string {
	w.t.Helper()
	found := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(w.get(path).Body.String())
	if found == nil {
		w.t.Fatalf("%s has no key", path)
	}
	return found[1]
}

// sent delivers what waits, and returns all messages so far.
func (w *world) sent() []host.Message {
	w.t.Helper()
	for {
		response, err := w.engine.Dispatch(w.t.Context(), signup.DispatchRequest{})
		if err != nil {
			w.t.Fatal(err)
		}
		if response.Delivered == 0 {
			break
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.messages
}

// ada are the fields of a sign-up.
var ada = []string{"username", "ada", "email", "ada@example.com", "password", "correct horse battery"}

// members decodes a JSON object.
func members(t *testing.T, answer *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &object); err != nil {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	return object
}
