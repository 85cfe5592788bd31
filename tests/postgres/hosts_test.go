//go:build postgres

package postgres_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv/postgres"
	"github.com/enrol-sso/enrol/signup"
)

const hostConf = `[password]
min_complexity=0
[apps]
signup_allowed=CRM
[signup]
is_approval_needed=False
callback_service_list=crm
inform_if_user_exists=True
[enrol]
argon2_memory=8192
argon2_iterations=1
`

// goHost is a host in Go that delivers when it is told to.
type goHost struct {
	*host.Enrol
	mu     sync.Mutex
	called []string
}

func startGoHost(t *testing.T, key signup.Secret, url string) *goHost {
	t.Helper()
	h := &goHost{}
	h.Enrol = startGoHostWith(t, key, url, hostConf, map[string]host.Service{"crm": func(_ context.Context, call signup.ServiceCall) (string, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.called = append(h.called, call.Body)
		return "", nil
	}}).Enrol
	return h
}

// startGoHostWith starts a host with a configuration and services, which delivers
// when it is told to.
func startGoHostWith(t *testing.T, key signup.Secret, url, conf string, services map[string]host.Service) *goHost {
	t.Helper()
	module, err := os.ReadFile("../../build/signup.wasm")
	if err != nil {
		t.Fatal(err)
	}
	audit, err := host.OpenAuditFile(filepath.Join(t.TempDir(), "audit.jsonl"), host.AuditFileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h := &goHost{}
	h.Enrol, err = host.New(t.Context(), host.Options{
		Conf: conf, SecretKey: key, Store: open(t, url, postgres.Options{}), Audit: audit, Module: module,
		DispatchInterval: -1, HashWait: -1,
		Services: services,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := audit.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// jsHost is a host in JavaScript, in its own process.
type jsHost struct {
	mu      sync.Mutex
	input   io.WriteCloser
	ended   func() // waits until the process ended
	waiting map[int]chan answer
}

type answer struct {
	ID     int
	Answer struct { // the members that a test reads
		OK        bool
		User      struct{ Email string }
		SubStatus []string
		Called    []json.RawMessage
	}
	Error string
}

// startJSHost starts a host that delivers when it is told to, or on a timer if
// there is an interval, in milliseconds.
func startJSHost(t *testing.T, key signup.Secret, url string, interval int) *jsHost {
	t.Helper()
	node := exec.Command("node", "../runtimes/another-host.js", hostConf, string(key), url, strconv.Itoa(interval))
	node.Stderr = os.Stderr
	input, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	h := &jsHost{input: input, waiting: map[int]chan answer{}}
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() {
		t.Fatal("the JavaScript host did not start")
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines.Scan() {
			var a answer
			if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
				t.Error(err)
				return
			}
			h.mu.Lock()
			h.waiting[a.ID] <- a
			h.mu.Unlock()
		}
	}()
	h.ended = sync.OnceFunc(func() {
		<-read
		if err := node.Wait(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.close)
	return h
}

// close ends the host, which closes its engine.
func (h *jsHost) close() {
	h.input.Close()
	h.ended()
}

func (h *jsHost) call(name string, request any) (answer, error) {
	done := make(chan answer, 1)
	h.mu.Lock()
	id := len(h.waiting)
	h.waiting[id] = done
	line, err := json.Marshal(map[string]any{"id": id, "call": name, "request": request})
	if err == nil {
		_, err = h.input.Write(append(line, '\n'))
	}
	h.mu.Unlock()
	if err != nil {
		return answer{}, err
	}
	a := <-done
	if a.Error != "" {
		return a, fmt.Errorf("JavaScript: %s", a.Error)
	}
	return a, nil
}

// signUp returns the codes of a refusal, or none.
func (h *goHost) signUp(t *testing.T, username, email string) ([]string, error) {
	answer, err := h.Signup(t.Context(), signup.SignupRequest{Username: username, Email: email, Password: "correct horse battery", AppList: []string{"CRM"}})
	var codes []string
	for _, code := range answer.SubStatus {
		codes = append(codes, string(code))
	}
	return codes, err
}

func (h *jsHost) signUp(_ *testing.T, username, email string) ([]string, error) {
	a, err := h.call("signup", map[string]any{"username": username, "email": email, "password": "correct horse battery", "appList": []string{"CRM"}})
	return a.Answer.SubStatus, err
}

func TestHostsInGoAndJavaScriptShareADatabase(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	key := host.NewSecretKey()
	inGo, second := startGoHost(t, key, shared.URL(database)), startGoHost(t, key, shared.URL(database))
	inJS := startJSHost(t, key, shared.URL(database), 0)
	hosts := []interface {
		signUp(t *testing.T, username, email string) ([]string, error)
	}{inGo, inJS, second}

	const crowd = 50
	refusals := make([][]string, crowd)
	var all sync.WaitGroup
	for n := range crowd {
		all.Go(func() {
			var err error
			if refusals[n], err = hosts[n%len(hosts)].signUp(t, "ada", fmt.Sprintf("ada%d@example.com", n)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	winners := 0
	for n, codes := range refusals {
		switch {
		case len(codes) == 0:
			winners++
		case !slices.Equal(codes, []string{string(signup.UsernameExists)}):
			t.Errorf("claim %d was refused with %v", n, codes)
		}
	}
	if winners != 1 {
		t.Fatalf("%d of %d got the name, want 1", winners, crowd)
	}

	// Each delivers what the other wrote.
	for username, by := range map[string]int{"gopher": 0, "jane": 1} {
		if codes, err := hosts[by].signUp(t, username, username+"@example.com"); err != nil || codes != nil {
			t.Fatalf("%s: got (%v, %v)", username, codes, err)
		}
	}
	wait(t, "Go delivers an event of JavaScript", func() bool {
		if _, err := inGo.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil {
			t.Fatal(err)
		}
		inGo.mu.Lock()
		defer inGo.mu.Unlock()
		return strings.Contains(fmt.Sprint(inGo.called), `"jane"`)
	})
	if codes, err := inGo.signUp(t, "grace", "grace@example.com"); err != nil || codes != nil {
		t.Fatalf("grace: got (%v, %v)", codes, err)
	}
	wait(t, "JavaScript delivers an event of Go", func() bool {
		a, err := inJS.call("dispatch", nil)
		if err != nil {
			t.Fatal(err)
		}
		var called strings.Builder
		for _, call := range a.Answer.Called {
			called.Write(call)
		}
		return strings.Contains(called.String(), `"grace"`)
	})
}
