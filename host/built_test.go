package host

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// cacheDir keeps the compiled module from one test to the next.
var cacheDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "enrol-host-test")
	if err != nil {
		panic(err)
	}
	cacheDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// signupWasm returns the last built module.
var signupWasm = sync.OnceValues(func() ([]byte, error) { return os.ReadFile("../build/signup.wasm") })

func builtModule(t testing.TB) []byte {
	t.Helper()
	data, err := signupWasm()
	if err != nil {
		t.Fatalf("%v: run make wasm first", err)
	}
	return data
}

// testConf hashes cheaply and delivers nothing.
const testConf = `
[signup]
email_confirm_enabled=False
email_welcome_enabled=False
[password]
min_complexity=0
[apps]
all=CRM, HR
signup_allowed=CRM
[enrol]
argon2_memory=8192
argon2_iterations=1
`

// confWith returns testConf with more lines in one of its sections.
func confWith(section string, lines ...string) string {
	return strings.Replace(testConf, "["+section+"]\n", "["+section+"]\n"+strings.Join(lines, "\n")+"\n", 1)
}

const testKey = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

// modes runs a test with the core as a module and as Go code.
func modes(t *testing.T, test func(t *testing.T, native bool)) {
	t.Helper()
	t.Parallel()
	for name, native := range map[string]bool{"module": false, "native": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, native)
		})
	}
}

// installation is an Enrol with everything that a test inspects.
type installation struct {
	*Enrol
	store kv.Store
	trail *trail
	log   *lockedBuffer
}

// start starts an Enrol, which is closed at the end of the test. Unless change
// enables it, nothing is delivered in the background.
func start(t testing.TB, native bool, change func(*Options)) *installation {
	t.Helper()
	i := &installation{trail: &trail{}, log: &lockedBuffer{}}
	options := Options{
		Conf:             testConf,
		SecretKey:        testKey,
		Store:            memory.New(),
		Audit:            i.trail,
		Native:           native,
		Instances:        1,
		CacheDir:         cacheDir,
		DispatchInterval: -1,
		Logger:           slog.New(slog.NewTextHandler(i.log, nil)),
	}
	if !native {
		options.Module = builtModule(t)
	}
	if change != nil {
		change(&options)
	}
	i.store = options.Store
	var err error
	if i.Enrol, err = New(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := i.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return i
}

// trail is an audit trail that a test can inspect.
type trail struct {
	mu      sync.Mutex
	entries []AuditEntry
	err     error
}

func (a *trail) Append(_ context.Context, entry AuditEntry) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return a.err
	}
	a.entries = append(a.entries, entry)
	return nil
}

func (a *trail) all() []AuditEntry {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]AuditEntry{}, a.entries...)
}

// lockedBuffer is a log with several writers.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// eventually waits until a condition holds, long enough for a slow machine.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	for range 3000 {
		if so() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("it never happened: %s", what)
}

const testPassword = "correct horse battery"

func ada() signup.SignupRequest { return person("ada", "ada@example.com") }

func person(name, email string) signup.SignupRequest {
	return signup.SignupRequest{
		RemoteAddr: []string{"127.0.0.1"},
		Username:   name, Password: testPassword, Email: email, AppList: []string{"CRM"},
	}
}

// signUp signs somebody up and returns the token.
func (i *installation) signUp(t testing.TB, request signup.SignupRequest) signup.Secret {
	t.Helper()
	answer, err := i.Signup(t.Context(), request)
	if err != nil || !answer.OK() {
		t.Fatalf("%+v, %v", answer, err)
	}
	return answer.ConfirmToken
}

// confirm confirms a token and returns the account's id.
func (i *installation) confirm(t testing.TB, token signup.Secret) string {
	t.Helper()
	answer, err := i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: token})
	if err != nil || !answer.OK() {
		t.Fatalf("%+v, %v", answer, err)
	}
	return answer.UserID
}

// named is a request like ada's, for another user.
func named(name string) signup.SignupRequest { return person(name, name+"@example.com") }
