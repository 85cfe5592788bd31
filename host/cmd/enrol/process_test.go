package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// process is a running command.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr *lineLog
	ended  bool
}

// lineLog captures standard error, and lets a test wait for a line.
type lineLog struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown *sync.Cond
	ended bool
}

func (l *lineLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.grown.Broadcast()
	return l.text.Write(p)
}

// await returns the first match of a pattern, or nil at the end.
func (l *lineLog) await(pattern *regexp.Regexp) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		if match := pattern.FindStringSubmatch(l.text.String()); match != nil || l.ended {
			return match
		}
		l.grown.Wait()
	}
}

func (l *lineLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.grown.Broadcast()
}

func (l *lineLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start starts the command.
func (h *workdir) start(args ...string) *process {
	h.t.Helper()
	p := &process{t: h.t, cmd: h.command(args...), stderr: &lineLog{}}
	p.stderr.grown = sync.NewCond(&p.stderr.mu)
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		h.t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	p.stdout = bufio.NewReader(stdout)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	go func() {
		io.Copy(p.stderr, stderr)
		p.stderr.end()
	}()
	h.t.Cleanup(func() {
		if !p.ended {
			p.cmd.Process.Kill()
			p.cmd.Wait()
		}
	})
	return p
}

// line reads a line of standard output.
func (p *process) line() answer {
	p.t.Helper()
	text, err := p.stdout.ReadString('\n')
	if err != nil {
		p.t.Fatalf("%v: %s", err, p.stderr)
	}
	var a answer
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		p.t.Fatalf("%v: %s", err, text)
	}
	return a
}

func (p *process) say(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, text); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) signal(signal os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
}

// wait waits for the end.
func (p *process) wait() ran {
	p.t.Helper()
	rest, _ := io.ReadAll(p.stdout)
	p.stderr.await(regexp.MustCompile(`\z.`)) // never matches, so it waits for the end
	p.cmd.Wait()
	p.ended = true
	return ran{p.t, p.cmd.Args[1:], string(rest), p.stderr.String(), p.cmd.ProcessState.ExitCode()}
}

// serve starts a server on a free port and returns its address.
func (h *workdir) serve(args ...string) (*process, string) {
	h.t.Helper()
	p := h.start(append([]string{"serve", "--listen", "127.0.0.1:0", "--native"}, args...)...)
	match := p.stderr.await(regexp.MustCompile(`msg=serving address=(\S+)`))
	if match == nil {
		h.t.Fatalf("it does not serve: %s", p.stderr)
	}
	return p, match[1]
}

// post posts a body to a path.
func post(address, path, body string, headers ...string) (status int, a answer, err error) {
	request, err := http.NewRequest(http.MethodPost, "http://"+address+path, strings.NewReader(body))
	if err != nil {
		return 0, a, err
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, a, err
	}
	defer response.Body.Close()
	return response.StatusCode, a, json.NewDecoder(response.Body).Decode(&a)
}

const signupPath = "/zato/sso/user/signup"

// flat is the body that signs up a user with that name.
func flat(name string) string {
	return `{"username":"` + name + `","password":"correct horse","email":"` + name + `@example.com","app_list":["CRM"]}`
}

// hangUp sends SIGHUP and waits until the log reports the result.
func (p *process) hangUp(outcome string) {
	p.t.Helper()
	before := strings.Count(p.stderr.String(), outcome)
	p.signal(syscall.SIGHUP)
	if p.stderr.await(regexp.MustCompile("(?s)("+regexp.QuoteMeta(outcome)+".*){"+string(rune('1'+before))+"}")) == nil {
		p.t.Fatalf("the log does not say %q: %s", outcome, p.stderr)
	}
}
