package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// effects are the counted calls of an installation's store and audit trail, at
// which a test can intervene.
type effects struct {
	kv.Store
	mu sync.Mutex
	n  int
	at func(n int, after bool) // nil for nothing
}

func (e *effects) effect(perform func()) {
	e.mu.Lock()
	n, at := e.n, e.at
	e.n++
	e.mu.Unlock()
	if at == nil {
		perform()
		return
	}
	at(n, false)
	perform()
	at(n, true)
}

func (e *effects) Get(ctx context.Context, keys []string) (values []kv.Value, err error) {
	e.effect(func() { values, err = e.Store.Get(ctx, keys) })
	return values, err
}

func (e *effects) Commit(ctx context.Context, batch kv.Batch) (applied bool, err error) {
	e.effect(func() { applied, err = e.Store.Commit(ctx, batch) })
	return applied, err
}

func (e *effects) Append(context.Context, host.AuditEntry) error {
	e.effect(func() {})
	return nil
}

// step sets the test's function, or removes it.
func (e *effects) step(at func(n int, after bool)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.n, e.at = 0, at
}

// The connection of a sign-up is cut just before and just after each effect,
// and the request is repeated with its idempotency key: there is one answer,
// one account and one callback.
func TestConnectionCutAtEveryEffect(t *testing.T) {
	t.Parallel()
	module, err := os.ReadFile("../../build/signup.wasm")
	if err != nil {
		t.Fatalf("%v: run make wasm first", err)
	}
	for name, options := range map[string]host.Options{
		"native": {Native: true},
		"module": {Module: module, Instances: 1, CacheDir: t.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cuts := 0
			for n := 0; ; n++ {
				more := false
				for _, after := range []bool{false, true} {
					more = cutAt(t, options, n, after)
				}
				if !more || t.Failed() {
					break
				}
				cuts += 2
			}
			if cuts < 10 {
				t.Errorf("the connection was cut only %d times", cuts)
			}
		})
	}
}

// cutAt cuts the connection at an effect, and reports whether there was such an
// effect.
func cutAt(t *testing.T, options host.Options, n int, after bool) (cut bool) {
	t.Helper()
	var mu sync.Mutex
	calls := map[string]int{}
	installation := &effects{Store: memory.New()}
	options.Conf = strings.Replace(fastConf, "[signup]\n", "[signup]\ncallback_service_list=created\n", 1)
	options.SecretKey = host.NewSecretKey()
	options.Store, options.Audit = installation, installation
	options.DispatchInterval = -1
	options.Services = map[string]host.Service{"created": func(_ context.Context, call signup.ServiceCall) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		calls[call.Headers.ID]++
		return "", nil
	}}
	engine, err := host.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	f := serve(t, engine, httpapi.Options{}, nil)

	var connection net.Conn
	opened, gone := make(chan struct{}), make(chan struct{})
	installation.step(func(at int, now bool) {
		if at != n || now != after {
			return
		}
		<-opened
		cut = true
		connection.Close()
		installation.step(nil)
		close(gone)
	})
	connection = f.raw(f.head("POST", "Idempotency-Key: once", fmt.Sprint("Content-Length: ", len(ada))) + "\r\n" + ada)
	close(opened)
	answered := make(chan string, 1)
	go func() {
		text := make([]byte, 4096)
		got, _ := connection.Read(text)
		answered <- string(text[:got])
	}()
	select {
	case <-gone:
	case <-answered: // the sign-up ended before that effect
	}
	installation.step(nil)

	first := f.send("POST", signupPath, ada, "Idempotency-Key", "once")
	first.want(t, 200)
	if again := f.send("POST", signupPath, ada, "Idempotency-Key", "once"); again.text != first.text {
		t.Errorf("cut at %d: answered %s, then %s", n, first.text, again.text)
	}
	other := f.send("POST", signupPath, `{"username":"eve","password":"correct horse","email":"ada@example.com","app_list":["CRM"]}`, "Idempotency-Key", "once")
	other.want(t, 409, signup.IdempotencyConflict)
	for { // everything is delivered
		response, text := engine.Run(t.Context(), "dispatch", []byte(`{}`))
		var answer signup.DispatchResponse
		if err := json.Unmarshal(text, &answer); err != nil || !response.OK() {
			t.Fatalf("dispatch: %s", text)
		}
		if answer.NextDue.IsZero() && !answer.More {
			break
		}
	}
	if err := engine.Close(context.Background()); err != nil {
		t.Error(err)
	}
	accounts, err := installation.Store.Scan(context.Background(), "user/", "", 100)
	mu.Lock()
	defer mu.Unlock()
	made := 0
	for _, n := range calls {
		made += n
	}
	if err != nil || len(accounts) != 1 || made != 1 {
		t.Errorf("cut at %d: %d accounts, the callbacks %v, %v", n, len(accounts), calls, err)
	}
	return cut
}
