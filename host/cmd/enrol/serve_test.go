package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

const testAPIKey = "0123456789abcdef0123456789abcdef"

func TestServeNeedsNoFlags(t *testing.T) {
	h := newWorkdir(t)
	p, address := h.serve() // with all defaults except the port
	match := p.stderr.await(regexp.MustCompile(`(?m)^(curl .*)$`))
	if match == nil || !strings.Contains(match[1], "http://"+address+signupPath) {
		t.Fatalf("no line to paste: %s", p.stderr)
	}
	const now = "'$(date +%s)'" // a new name and a new address each time
	if strings.Count(match[1], now) != 2 {
		t.Errorf("the line signs up the same name or address again: %s", match[1])
	}
	line := strings.ReplaceAll(match[1], now, "")
	_, body, _ := strings.Cut(line, " -d '")
	body, _, _ = strings.Cut(body, "'")
	status, signed, err := post(address, signupPath, body)
	if status != 200 || err != nil || len(signed.ConfirmToken) != 32 {
		t.Fatalf("%d %v %v", status, signed, err)
	}
	status, _, err = post(address, signupPath+"/confirm", `{"confirm_token":"`+signed.ConfirmToken+`"}`)
	if status != 200 || err != nil {
		t.Errorf("confirm: %d %v", status, err)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		response, err := http.Get("http://" + address + path)
		if err != nil || response.StatusCode != 200 {
			t.Errorf("%s: %v %v", path, response, err)
		}
	}
	p.signal(syscall.SIGTERM)
	end := p.wait().want(exitOK, "msg=stopped")
	for _, secret := range []string{"ada@", "correct horse b", signed.ConfirmToken} {
		if strings.Contains(strings.ReplaceAll(end.stderr, match[1], ""), secret) {
			t.Errorf("%q was logged: %s", secret, end.stderr)
		}
	}
	for _, name := range []string{"data", "data.key", "data.audit.jsonl"} {
		if info, err := os.Stat(h.path(name)); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	h.run("", "get", "--native", "--username", "ada").want(exitOK)
}

func TestCurlLineIsPrintedOnlyByDefault(t *testing.T) {
	h := newWorkdir(t)
	h.env = []string{apiKeyVariable + "=" + testAPIKey}
	for _, args := range [][]string{nil, {"--conf", "sso.conf"}} {
		p, _ := h.serve(args...)
		p.signal(syscall.SIGINT)
		if end := p.wait().want(exitOK); strings.Contains(end.stderr, "curl") || strings.Contains(end.stderr, testAPIKey) {
			t.Errorf("standard error is %q", end.stderr)
		}
	}
}

func TestServeWithAnAPIKey(t *testing.T) {
	h := newWorkdir(t)
	h.write("api.key", testAPIKey+"\n", 0o600)
	p, address := h.serve("--conf", "sso.conf", "--listen", "0.0.0.0:0", "--api-key-file", "api.key")
	_, port, _ := net.SplitHostPort(address)
	address = "127.0.0.1:" + port
	if status, a, err := post(address, signupPath, flat("ada")); status != 401 || err != nil || a.SubStatus[0] != signup.NotAllowed {
		t.Errorf("without the key: %d %v %v", status, a, err)
	}
	if status, a, err := post(address, signupPath, flat("ada"), "Authorization", "Bearer "+testAPIKey); status != 200 || err != nil {
		t.Errorf("with the key: %d %v %v", status, a, err)
	}
	if response, err := http.Get("http://" + address + "/readyz"); err != nil || response.StatusCode != 200 {
		t.Errorf("%v %v", response, err)
	}
	p.signal(syscall.SIGINT)
	if end := p.wait().want(exitOK); strings.Contains(end.stderr, testAPIKey) {
		t.Errorf("the key was logged: %s", end.stderr)
	}
}

func TestBadAPIKeys(t *testing.T) {
	h := newWorkdir(t)
	h.write("api.key", testAPIKey, 0o644)
	h.fast("", "serve", "--api-key-file", "api.key").want(exitMistake, "api.key", "chmod 600")
	h.write("api.key", "short", 0o600)
	h.fast("", "serve", "--api-key-file", "api.key").want(exitMistake, "api.key", "32 to")
	h.write("api.key", "", 0o600)
	h.fast("", "serve", "--api-key-file", "api.key").want(exitMistake, "api.key", "32 to")
	h.write("api.key", testAPIKey+" "+testAPIKey, 0o600)
	h.fast("", "serve", "--api-key-file", "api.key").want(exitMistake, "without spaces")
	h.env = []string{apiKeyVariable + "=short"}
	h.fast("", "serve").want(exitMistake, apiKeyVariable)
	if h.exists("data") {
		t.Error("data was begun")
	}
}

func TestHashesAreBounded(t *testing.T) {
	h := newWorkdir(t)
	for _, value := range []string{"0s", "-1s"} {
		h.fast("", "serve", "--hash-wait", value).want(exitMistake, "--hash-wait")
	}
	p, address := h.serve("--conf", "sso.conf", "--hash-memory", "64", "--hash-wait", "1m")
	if status, _, err := post(address, signupPath, flat("ada")); status != 200 || err != nil {
		t.Errorf("%d %v", status, err)
	}
	p.signal(syscall.SIGINT)
	p.wait().want(exitOK)
}

func TestPortInUse(t *testing.T) {
	h := newWorkdir(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	h.fast("", "serve", "--listen", address).want(exitFault, address+" is in use", "--listen")
	h.fast("", "serve", "--listen", "192.0.2.1:0").want(exitMistake, "API key")
	h.env = []string{apiKeyVariable + "=" + testAPIKey}
	h.fast("", "serve", "--listen", "192.0.2.1:0").want(exitFault, "cannot listen on 192.0.2.1:0")
	if h.exists("data") || h.exists("data.key") {
		t.Error("data was begun")
	}
}

func TestTrustedProxies(t *testing.T) {
	h := newWorkdir(t)
	h.fast("", "serve", "--trusted-proxy", "127.0.0.1").want(exitMistake, "--api-key-file", apiKeyVariable)
	h.env = []string{apiKeyVariable + "=" + testAPIKey}
	p, address := h.serve("--conf", "sso.conf", "--trusted-proxy", "127.0.0.1, 10.0.0.0/8")
	if status, _, err := post(address, signupPath, flat("ada"), "X-Forwarded-For", "192.0.2.7, 10.1.1.1", "Authorization", "Bearer "+testAPIKey); status != 200 || err != nil {
		t.Errorf("%d %v", status, err)
	}
	p.signal(syscall.SIGINT)
	p.wait().want(exitOK)
	if trail := h.read("data.audit.jsonl"); !strings.Contains(trail, `"remote_addr":"192.0.2.7"`) {
		t.Errorf("the audit trail is %s", trail)
	}
}

func TestStopUnderLoadAnswersWhatWasAccepted(t *testing.T) {
	h := newWorkdir(t)
	p, address := h.serve("--conf", "sso.conf")
	const callers = 16
	var mu sync.Mutex
	answered := map[string]bool{}
	refused := 0
	var calling sync.WaitGroup
	enough := make(chan struct{})
	for caller := range callers {
		calling.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("user%d-%d", caller, i)
				status, a, err := post(address, signupPath, flat(name))
				if err != nil {
					return // the server no longer accepted the connection
				}
				mu.Lock()
				if status == 200 {
					answered[a.CID] = true
				} else {
					refused++
				}
				if len(answered) == 3*callers {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	p.signal(syscall.SIGTERM)
	calling.Wait()
	p.wait().want(exitOK, "msg=stopped")
	created := 0
	for line := range strings.Lines(h.read("data.audit.jsonl")) {
		if strings.Contains(line, `"user.create_user"`) {
			created++
			cid, _, _ := strings.Cut(strings.SplitN(line, `"cid":"`, 2)[1], `"`)
			if !answered[cid] {
				t.Errorf("nobody was told of the account of %s", cid)
			}
		}
	}
	if created != len(answered) || refused > 0 {
		t.Errorf("%d accounts, %d answers, %d refusals", created, len(answered), refused)
	}
}

// busyServer starts a server with a request that runs until release is called.
func (h *workdir) busyServer() (p *process, answered chan int, release func()) {
	h.t.Helper()
	asked, released := make(chan struct{}, 1), make(chan struct{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	validation := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-released
		io.WriteString(w, `{"is_valid":true}`)
	})}
	go validation.Serve(listener)
	release = sync.OnceFunc(func() { close(released) })
	h.t.Cleanup(func() {
		release()
		validation.Close()
	})
	h.write("slow.conf", fastConf+"[user_validation]\nservice=zato.sso.signup.validate, http://"+listener.Addr().String()+"/\n", 0o644)
	p, address := h.serve("--conf", "slow.conf")
	answered = make(chan int, 1)
	go func() {
		status, _, _ := post(address, signupPath, flat("ada"))
		answered <- status
	}()
	<-asked
	return p, answered, release
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	h := newWorkdir(t)
	p, _, _ := h.busyServer()
	p.signal(syscall.SIGINT)
	p.stderr.await(regexp.MustCompile("msg=\"stopping"))
	time.Sleep(sameInterrupt + 100*time.Millisecond)
	p.signal(syscall.SIGINT)
	p.wait().want(exitFault, "interrupted again")
	h.fast("", "signup").want(exitOK) // the data is whole
}

// TestRepeatedSignalIsOne sends the signal of a supervisor twice, as programs
// between it and the server do that pass on what the whole group got.
func TestRepeatedSignalIsOne(t *testing.T) {
	h := newWorkdir(t)
	p, answered, release := h.busyServer()
	p.signal(syscall.SIGTERM)
	p.stderr.await(regexp.MustCompile("msg=\"stopping"))
	p.signal(syscall.SIGTERM)
	p.signal(syscall.SIGINT)
	time.Sleep(50 * time.Millisecond)
	release()
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the request that ran got %d", status)
	}
	p.wait().want(exitOK, "msg=stopped")
}

func TestServeContinuesWithoutStandardError(t *testing.T) {
	h := newWorkdir(t)
	cmd := h.command("serve", "--listen", "127.0.0.1:0", "--native", "--conf", "sso.conf")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var address string
	for lines := bufio.NewScanner(stderr); address == "" && lines.Scan(); {
		if match := regexp.MustCompile(`address=(\S+)`).FindStringSubmatch(lines.Text()); match != nil {
			address = match[1]
		}
	}
	stderr.Close() // nobody reads on
	if status, _, err := post(address, signupPath, flat("ada")); status != 200 || err != nil {
		t.Errorf("%d %v", status, err)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	h.fast("", "get", "--username", "ada").want(exitOK)
}
