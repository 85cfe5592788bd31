package tests

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience bounds every wait. It is longer than the lease of an event, which a
// killed process may leave behind.
const patience = 3 * time.Minute

// server is enrol serve in its own process, on ports that the system chose.
type server struct {
	cmd *exec.Cmd
	url string
	log serverLog // its standard error
}

// serverLog is a log that grows.
type serverLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *serverLog) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

// String returns the log so far.
func (l *serverLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// first waits for a pattern in the log, and returns its first group.
func (s *server) first(t *testing.T, pattern string) (group string) {
	t.Helper()
	await(t, "the log has "+pattern, func() bool {
		match := regexp.MustCompile(pattern).FindStringSubmatch(s.log.String())
		if match != nil {
			group = match[1]
		}
		return match != nil
	})
	return group
}

// serve starts a server and waits until it is ready.
func serve(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{cmd: exec.Command(command, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)}
	s.cmd.Stderr = &s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.log.String())
		}
	})
	s.url = "http://" + s.first(t, `msg=serving address=(\S+)`)
	await(t, "the server is ready", func() bool {
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return s
}

// public returns the URL of the public pages, which --public serves.
func (s *server) public(t *testing.T) string {
	t.Helper()
	return "http://" + s.first(t, `msg="serving public pages" at=(\S+)`)
}

// kill ends the process as a crash does.
func (s *server) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// stop ends the process as an operator does.
func (s *server) stop(t *testing.T) {
	t.Helper()
	s.cmd.Process.Signal(os.Interrupt)
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("serve did not end well: %v", err)
	}
}

// signUp signs somebody up and reports whether that was acknowledged.
func (s *server) signUp(username string) bool {
	body := fmt.Sprintf(`{"username":%q,"email":"%s@example.com","password":"correct horse battery","app_list":["CRM"]}`, username, username)
	response, err := http.Post(s.url+"/zato/sso/user/signup", "application/json", strings.NewReader(body))
	if err != nil {
		return false
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return err == nil && response.StatusCode == http.StatusOK && bytes.Contains(answer, []byte("confirm_token"))
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
