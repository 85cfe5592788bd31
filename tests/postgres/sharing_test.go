//go:build postgres

package postgres_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/tests/postgres/pgserver"
)

// served is an enrol serve with a folder of its own.
type served struct {
	t       *testing.T
	dir     string
	url     string
	command *exec.Cmd
	mu      sync.Mutex
	log     bytes.Buffer
}

func (s *served) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(data)
}

func (s *served) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// serve starts a server that works with some keys in dir.
func serve(t *testing.T, dir, store string, keys ...signup.Secret) *served {
	t.Helper()
	writeKeys(t, dir, keys...)
	return serveWith(t, built(t), dir, store)
}

// built returns the path of the command.
func built(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../build/enrol")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// serveWith starts the server of a command, with arguments of serve, on the key in
// dir.
func serveWith(t *testing.T, command, dir, store string, arguments ...string) *served {
	t.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", pgserver.FreePort())
	arguments = append([]string{"serve", "--native", "--listen", address}, arguments...)
	s := &served{t: t, dir: dir, url: "http://" + address, command: exec.Command(command, arguments...)}
	s.command.Dir, s.command.Stdout, s.command.Stderr = dir, s, s
	s.command.Env = append(os.Environ(), "ENROL_STORE="+store)
	s.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.end(syscall.SIGKILL) })
	wait(t, "the server is ready", func() bool {
		answer, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
	return s
}

func (s *served) end(signal syscall.Signal) {
	if s.command.ProcessState == nil {
		_ = s.command.Process.Signal(signal)
		_ = s.command.Wait()
	}
}

func writeKeys(t *testing.T, dir string, keys ...signup.Secret) {
	t.Helper()
	var texts []string
	for _, key := range keys {
		texts = append(texts, string(key))
	}
	if err := os.WriteFile(filepath.Join(dir, "data.key"), []byte(strings.Join(texts, ",")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// send sends a request to the trusted front and returns the members of the answer.
func (s *served) send(method, path string, body map[string]any) (status int, members map[string]any) {
	s.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/zato/sso/user"+path, bytes.NewReader(data))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&members); err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, members
}

// signUp signs somebody up and returns the token.
func (s *served) signUp(username string) string {
	s.t.Helper()
	status, members := s.send("POST", "/signup", map[string]any{
		"username": username, "email": username + "@example.com", "password": "correct horse battery", "app_list": []string{"CRM"}, "current_app": "CRM",
	})
	token, _ := members["confirm_token"].(string)
	if status != http.StatusOK || token == "" {
		s.t.Fatalf("signup of %s: %d %v", username, status, members)
	}
	return token
}

// Two servers on one database get a new secret key one after the other, and
// serve all the time.
func TestServersMoveToANewKeyOneAfterTheOther(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	store := shared.URL(database)
	before, after := host.NewSecretKey(), signup.FormatKey("new", []byte(strings.Repeat("n", 32)))
	here, there := t.TempDir(), t.TempDir()
	a, b := serve(t, here, store, before), serve(t, there, store, before)
	if status, members := b.send("PATCH", "/signup", map[string]any{"confirm_token": a.signUp("ada"), "current_app": "CRM"}); status != http.StatusOK {
		t.Fatalf("the confirm at the other server: %d %v", status, members)
	}

	b.end(syscall.SIGTERM)
	b = serve(t, there, store, after, before)
	wait(t, "the server waits for the other one", func() bool { return strings.Contains(b.said(), "does not move to the new secret key yet") })
	a.signUp("bob")

	a.end(syscall.SIGTERM)
	a = serve(t, here, store, before, after)
	b.end(syscall.SIGTERM)
	b = serve(t, there, store, after, before)
	wait(t, "the move", func() bool { return strings.Contains(b.said(), "the store uses one secret key alone") })
	a.signUp("eve") // with the keys in the former order
	if said, err := enrol(t, there, store, "", "fsck"); err != nil {
		t.Errorf("fsck while both serve: %v: %s", err, said)
	}

	last := t.TempDir()
	writeKeys(t, last, after)
	if said, err := enrol(t, last, store, "", "get", "--native", "--username", "eve"); err != nil || !strings.Contains(said, `"eve@example.com"`) {
		t.Errorf("with the new key alone: %v: %s", err, said)
	}
	writeKeys(t, last, before)
	if said, err := enrol(t, last, store, "", "get", "--native", "--username", "eve"); err == nil || !strings.Contains(said, "secret key new, which is missing") {
		t.Errorf("with the old key alone: %v: %s", err, said)
	}
}

// Every command that uses data uses the database, with the key and the audit
// trail next to --data, and makes no data directory.
func TestEveryCommandWorksOnADatabase(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	store, dir := shared.URL(database), t.TempDir()
	run := func(stdin string, arguments ...string) map[string]any {
		t.Helper()
		said, err := enrol(t, dir, store, stdin, append(arguments, "--data", "kept/here")...)
		if err != nil {
			t.Fatalf("%v: %v: %s", arguments, err, said)
		}
		members := map[string]any{}
		_ = json.Unmarshal([]byte(said), &members) // fsck and purge may print nothing
		return members
	}
	if err := os.Mkdir(filepath.Join(dir, "kept"), 0o700); err != nil {
		t.Fatal(err)
	}
	claim := func(name string) string {
		token, _ := run(`{"username":"`+name+`","email":"`+name+`@example.com","password":"correct horse battery","app_list":["CRM"]}`+"\n", "signup", "--native")["confirm_token"].(string)
		return token
	}
	token := claim("ada")
	id, _ := run(`{"confirm_token":"`+token+`"}`+"\n", "confirm", "--native")["user_id"].(string)
	if id == "" {
		t.Fatal("confirm names no account")
	}
	claim("bob")
	for _, arguments := range [][]string{
		{"pending", "--status", "to-approve"}, {"approve", id}, {"lock", id}, {"unlock", id}, {"get", "--username", "ada"}, {"dead"}, {"purge"}, {"fsck"},
	} {
		if arguments[0] != "fsck" {
			arguments = append(arguments, "--native")
		}
		run("", arguments...)
	}
	for _, file := range []string{"here.key", "here.audit.jsonl"} {
		if _, err := os.Stat(filepath.Join(dir, "kept", file)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "kept", "here")); err == nil {
		t.Error("there is a data directory too")
	}

	// Without the key, no command makes one: the store is not empty.
	if err := os.Remove(filepath.Join(dir, "kept", "here.key")); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{
		{"serve", "--native", "--listen", "127.0.0.1:0"}, {"signup", "--native"}, {"confirm", "--native"}, {"resend", "--native"}, {"verify", "--native"}, {"pending", "--status", "to-approve", "--native"},
		{"approve", id, "--native"}, {"reject", id, "--native"}, {"lock", id, "--native"}, {"unlock", id, "--native"}, {"get", "--username", "ada", "--native"},
		{"dead", "--native"}, {"retry", id, "--native"}, {"purge", "--native"}, {"fsck"},
	} {
		said, err := enrol(t, dir, store, "", append(arguments, "--data", "kept/here")...)
		if err == nil || !strings.Contains(said, "here.key is missing") {
			t.Errorf("%v without the key: %v: %s", arguments, err, said)
		}
		if _, err := os.Stat(filepath.Join(dir, "kept", "here.key")); err == nil {
			t.Fatalf("%v made a key for a store that is not empty", arguments)
		}
	}
}
