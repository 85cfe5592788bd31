//go:build etcd

package etcd_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// enrol returns the command in a folder, with a store from the environment.
func enrol(t *testing.T, dir, store string, arguments ...string) *exec.Cmd {
	t.Helper()
	path, err := filepath.Abs("../../build/enrol")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, arguments...)
	c.Dir = dir
	c.Env = append(os.Environ(), "ENROL_STORE="+store)
	return c
}

// run runs the command, and returns what it prints: its errors if it failed.
func run(t *testing.T, dir, store, stdin string, arguments ...string) (printed string, err error) {
	t.Helper()
	c := enrol(t, dir, store, arguments...)
	var out, said bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &out, &said
	if err := c.Run(); err != nil {
		return said.String(), err
	}
	return out.String(), nil
}

// ada signs up.
const ada = `{"username":"ada","email":"ada@example.com","password":"correct horse battery","app_list":["CRM"]}` + "\n"

func TestTheCommandKeepsItsDataInEtcd(t *testing.T) {
	t.Parallel()
	url := shared.URL(newPrefix())
	here, there := t.TempDir(), t.TempDir()
	if said, err := run(t, here, "", ada, "signup", "--native", "--store", url); err != nil {
		t.Fatalf("signup: %v: %s", err, said)
	}
	if _, err := os.Stat(filepath.Join(here, "data")); err == nil {
		t.Error("there is a data directory too")
	}
	if said, err := run(t, here, url, "", "get", "--native", "--username", "ada"); err != nil || !strings.Contains(said, `"ada@example.com"`) {
		t.Errorf("get: %v: %s", err, said)
	}
	if said, err := run(t, here, url, "", "fsck"); err != nil {
		t.Errorf("fsck: %v: %s", err, said)
	}

	// Another machine without the key must not make one.
	if said, err := run(t, there, url, ada, "signup", "--native"); err == nil || !strings.Contains(said, "data.key is missing") {
		t.Errorf("without the key: %v: %s", err, said)
	}
	if _, err := os.Stat(filepath.Join(there, "data.key")); err == nil {
		t.Error("there is a key of a store that is not empty")
	}
}

// server is a running enrol serve.
type server struct {
	process *exec.Cmd
	address string // where the paths of the REST begin
}

var served = regexp.MustCompile(`msg=serving address=(127\.0\.0\.1:[0-9]+)`)

func serve(t *testing.T, dir, store string) *server {
	t.Helper()
	s := &server{process: enrol(t, dir, store, "serve", "--native", "--listen", "127.0.0.1:0")}
	said, err := s.process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	lines := bufio.NewScanner(said)
	for s.address == "" && lines.Scan() {
		if found := served.FindStringSubmatch(lines.Text()); found != nil {
			s.address = "http://" + found[1] + "/zato/sso/user"
		}
	}
	if s.address == "" {
		t.Fatal("enrol serve does not say where it serves")
	}
	go func() {
		for lines.Scan() {
		}
	}()
	return s
}

// kill ends the server as kill -9.
func (s *server) kill() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

// post returns the members of an answer.
func (s *server) post(t *testing.T, path, body string) map[string]any {
	t.Helper()
	response, err := http.Post(s.address+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// Two servers share a prefix. One dies, and the other goes on with its accounts.
func TestServersShareAStoreAndOneDies(t *testing.T) {
	t.Parallel()
	url := shared.URL(newPrefix())
	dir, other := t.TempDir(), t.TempDir()
	first := serve(t, dir, url)
	key, err := os.ReadFile(filepath.Join(dir, "data.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "data.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	second := serve(t, other, url)
	token := first.post(t, "/signup", ada)["confirm_token"]
	if answer := second.post(t, "/signup/confirm", fmt.Sprintf(`{"confirm_token":%q}`, token)); answer["status"] != "ok" {
		t.Fatalf("confirming at the other server: %v", answer)
	}
	dying := make(chan struct{})
	go func() {
		defer close(dying)
		for n := 0; ; n++ {
			body := fmt.Sprintf(`{"username":"bob%d","email":"bob%d@example.com","password":"correct horse battery","app_list":["CRM"]}`, n, n)
			response, err := http.Post(first.address+"/signup", "application/json", strings.NewReader(body))
			if err != nil {
				return
			}
			response.Body.Close()
			if n == 3 {
				go first.process.Process.Kill()
			}
		}
	}()
	<-dying
	token = second.post(t, "/signup", strings.ReplaceAll(ada, "ada", "grace"))["confirm_token"]
	if answer := second.post(t, "/signup/confirm", fmt.Sprintf(`{"confirm_token":%q}`, token)); answer["status"] != "ok" {
		t.Errorf("after the other server died: %v", answer)
	}
	second.kill()
	if said, err := run(t, other, url, "", "fsck"); err != nil {
		t.Errorf("fsck: %v: %s", err, said)
	}
	for _, name := range []string{"ada", "grace", "bob0"} {
		if said, err := run(t, other, url, "", "get", "--native", "--username", name); err != nil || !strings.Contains(said, name+"@example.com") {
			t.Errorf("get %s: %v: %s", name, err, said)
		}
	}
}
