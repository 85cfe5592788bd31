package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// fastConf is open to all and hashes fast. It discloses every code except those
// about existing accounts.
const fastConf = `
[password]
min_complexity=0
[apps]
all=CRM,Billing
signup_allowed=CRM,Billing
login_allowed=CRM
default=CRM
[signup]
is_approval_needed=False
email_confirm_enabled=False
email_welcome_enabled=False
inform_if_user_invalid=True
inform_if_email_invalid=True
[enrol]
argon2_memory=8192
argon2_iterations=1
`

const apiKey = "0123456789abcdef0123456789abcdef"

// ada is the body of a sign-up.
const ada = `{"username":"ada","password":"correct horse","email":"ada@example.com","app_list":["CRM"]}`

// audited records the audit trail.
type audited struct {
	mu      sync.Mutex
	entries []host.AuditEntry
}

func (a *audited) Append(_ context.Context, entry host.AuditEntry) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.entries = append(a.entries, entry)
	return nil
}

// last returns the newest entry.
func (a *audited) last(t *testing.T) host.AuditEntry {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.entries) == 0 {
		t.Fatal("the audit trail is empty")
	}
	return a.entries[len(a.entries)-1]
}

// newEngine returns a real engine on a store in memory, with fastConf or another.
func newEngine(t *testing.T, conf ...string) (*host.Enrol, *audited) {
	t.Helper()
	trail := &audited{}
	engine, err := host.New(t.Context(), host.Options{
		Conf:             append(conf, fastConf)[0],
		SecretKey:        host.NewSecretKey(),
		Store:            memory.New(),
		Audit:            trail,
		Native:           true,
		DispatchInterval: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close(context.Background()) })
	return engine, trail
}

// fake is an engine with a fixed answer.
type fake struct {
	run  func(ctx context.Context, operation string, request []byte) (signup.Response, []byte)
	conf string
}

func (f fake) Run(ctx context.Context, operation string, request []byte) (signup.Response, []byte) {
	return f.run(ctx, operation, request)
}

func (f fake) Operate(ctx context.Context, _ host.Operator, operation string, request []byte) (signup.Response, []byte) {
	return f.run(ctx, operation, request)
}

func (f fake) Note(context.Context, signup.AuditEvent) error { return nil }

func (f fake) Config() *ssoconf.Config {
	config, _, err := ssoconf.Parse(f.conf)
	if err != nil {
		panic(err)
	}
	return config
}

// answering returns an engine that always gives one response.
func answering(response signup.Response) fake {
	return fake{run: func(context.Context, string, []byte) (signup.Response, []byte) {
		text, err := json.Marshal(response)
		if err != nil {
			panic(err)
		}
		return response, text
	}}
}

// logBuffer captures the log.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer

	requests bytes.Buffer // the lines of requests, which text does not have
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if bytes.Contains(p, []byte(" msg=request ")) {
		return l.requests.Write(p)
	}
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// front is a server with its own listener.
type front struct {
	t      *testing.T
	server *http.Server
	url    string
	addr   string
	port   string
	log    *logBuffer
}

// serve starts a server on loopback; change may adjust it before it starts.
func serve(t *testing.T, engine httpapi.Engine, options httpapi.Options, change func(*http.Server)) *front {
	t.Helper()
	return serveLimited(t, engine, options, change, httpapi.Limit)
}

// serveLimited is serve with other limits.
func serveLimited(t *testing.T, engine httpapi.Engine, options httpapi.Options, change func(*http.Server), limit func(net.Listener) net.Listener) *front {
	t.Helper()
	f := &front{t: t, log: &logBuffer{}}
	options.Logger = slog.New(slog.NewTextHandler(f.log, nil))
	f.server = httpapi.NewServer(httpapi.New(engine, options), options.Logger)
	if change != nil {
		change(f.server)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.addr = listener.Addr().String()
	f.url = "http://" + f.addr
	_, f.port, _ = net.SplitHostPort(f.addr)
	go f.server.Serve(limit(listener))
	t.Cleanup(func() { f.server.Close() })
	return f
}

// reply is an answer as the client sees it.
type reply struct {
	status int
	header http.Header
	text   string
	signup.Response
	rest
}

func (r *reply) UnmarshalJSON(data []byte) error {
	return errors.Join(json.Unmarshal(data, &r.Response), json.Unmarshal(data, &r.rest))
}

// rest is what only some answers have.
type rest struct {
	ConfirmToken string `json:"confirm_token"`
	UserID       string `json:"user_id"`
	User         signup.User
	Users        []listedUser
	Cursor       string
}

// listedUser is an entry of the list, with a time in the original's form.
type listedUser struct {
	UserID     string `json:"user_id"`
	Username   string `json:"username"`
	Email      string `json:"email"`
	RemoteAddr string `json:"remote_addr"`
	SignUpTime string `json:"sign_up_time"`
}

// send sends a request; headers are name, value, name, value.
func (f *front) send(method, path, body string, headers ...string) reply {
	f.t.Helper()
	request, err := http.NewRequest(method, f.url+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
			continue
		}
		request.Header.Add(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	return read(f.t, response, method)
}

// read reads a response and checks what all responses share.
func read(t *testing.T, response *http.Response, method string) reply {
	t.Helper()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{status: response.StatusCode, header: response.Header, text: string(text)}
	for name, want := range map[string]string{
		"Content-Type":           "application/json",
		"Cache-Control":          "no-store",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if method == http.MethodHead {
		return r
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("the body is no JSON: %v: %s", err, text)
	}
	if r.CID == "" || r.OK() != (r.status == http.StatusOK) || r.OK() != (len(r.SubStatus) == 0) {
		t.Errorf("status %d does not match the body %s", r.status, text)
	}
	if strings.Contains(r.text, "fault") {
		t.Errorf("a fault was sent: %s", text)
	}
	return r
}

// want compares the status and the codes.
func (r reply) want(t *testing.T, status int, codes ...signup.Code) {
	t.Helper()
	if r.status != status {
		t.Errorf("status %d, want %d: %s", r.status, status, r.text)
	}
	if len(codes) != len(r.SubStatus) {
		t.Fatalf("codes %v, want %v", r.SubStatus, codes)
	}
	for i := range codes {
		if codes[i] != r.SubStatus[i] {
			t.Errorf("codes %v, want %v", r.SubStatus, codes)
		}
	}
}
