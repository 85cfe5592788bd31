package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

func TestSignupConfirmAndGet(t *testing.T) {
	h := newWorkdir(t)
	signed := h.fast(request("ada")+request("grace"), "signup").want(exitOK).answers()
	if len(signed) != 2 || signed[0].CID != "ada" || signed[1].CID != "grace" {
		t.Fatalf("%v", signed)
	}
	token := `{"confirm_token":"` + signed[0].ConfirmToken + `"}` + "\n"
	confirmed := h.fast(token, "confirm").want(exitOK).answers()
	again := h.fast(token, "confirm").want(exitRefused, "1 of 1 request was refused").answers()
	if again[0].SubStatus[0] != signup.SignupConfirmed {
		t.Errorf("%v", again)
	}
	for _, got := range [][]answer{
		h.fast("", "get", "--username", "ADA").want(exitOK).answers(),
		h.fast("", "get", "--user-id", confirmed[0].UserID).want(exitOK).answers(),
		h.fast(`{"username":"ada"}`, "get").want(exitOK).answers(),
	} {
		if len(got) != 1 || got[0].User.Username != "ada" || got[0].User.SignUpStatus != "final" {
			t.Errorf("%v", got)
		}
	}
	h.fast("", "get", "--username", "nobody").want(exitRefused)
}

func TestWithTheEmbeddedModule(t *testing.T) {
	h := newWorkdir(t)
	h.run(request("ada"), "signup", "--conf", "sso.conf").want(exitOK)
	h.run(request("x y"), "validate", "--conf", "sso.conf").want(exitRefused)
	h.run("", "get", "--conf", "sso.conf", "--username", "ada").want(exitOK)
}

func TestAnswersAreInTheOrderOfTheLines(t *testing.T) {
	h := newWorkdir(t)
	var requests strings.Builder
	const n = 300
	for i := range n {
		switch i % 3 {
		case 0:
			requests.WriteString(request(fmt.Sprintf("user%d", i)))
		case 1:
			fmt.Fprintf(&requests, `{"cid":"user%d","ctx":{"username":"a b","app_list":["CRM"]}}`+"\r\n", i)
		case 2:
			fmt.Fprintf(&requests, `{"cid":"user%d","ctx":{"app_list":[]}}`+"\n", i)
		}
	}
	h.write("requests.jsonl", requests.String(), 0o644)
	got := h.fast("", "signup", "requests.jsonl").want(exitRefused, "200 of 300 requests were refused").answers()
	if len(got) != n {
		t.Fatalf("%d answers", len(got))
	}
	for i, a := range got {
		if want := fmt.Sprintf("user%d", i); a.CID != want || a.OK() != (i%3 == 0) {
			t.Fatalf("answer %d is %v", i, a)
		}
	}
}

func TestEveryInvalidLineGetsAnAnswer(t *testing.T) {
	h := newWorkdir(t)
	long := `{"ctx":{"username":"` + strings.Repeat("x", maxLine) + `"}}`
	input := strings.Join([]string{
		"garbage", "", "{}", "  \t", "[1]", "\xff\xfe", "\x00", strings.Repeat("[", 60<<10), long, strings.Repeat("x", 3*maxLine), `{"ctx":`, "\r",
		strings.TrimSpace(request("ada")),
	}, "\n") // and no end of the last line
	got := h.fast(input, "signup").want(exitRefused, "9 of 10 requests were refused").answers()
	if len(got) != 10 {
		t.Fatalf("%d answers", len(got))
	}
	for i, a := range got[:9] {
		want := signup.InvalidInput
		if i == 1 {
			want = signup.MissingInput
		}
		if a.CID == "" || len(a.SubStatus) != 1 || a.SubStatus[0] != want {
			t.Errorf("answer %d is %v", i, a)
		}
	}
	if !got[9].OK() {
		t.Errorf("the good request was refused: %v", got[9])
	}
}

func TestLineOfMaximumLength(t *testing.T) {
	h := newWorkdir(t)
	body := strings.TrimSpace(request("ada"))
	padded := body + strings.Repeat(" ", maxLine-len(body))
	got := h.fast(padded+"\r\n"+padded+" \n"+padded, "validate").want(exitRefused).answers()
	if len(got) != 3 || !got[0].OK() || got[1].OK() || !got[2].OK() {
		t.Errorf("%v", got)
	}
}

func TestInputWithoutRequests(t *testing.T) {
	h := newWorkdir(t)
	for _, input := range []string{"", "\n", "\n\n \r\n"} {
		if got := h.fast(input, "signup").want(exitOK); got.stdout != "" {
			t.Errorf("%q was answered: %s", input, got.stdout)
		}
	}
}

func TestBatchWithClosedStreams(t *testing.T) {
	h := newWorkdir(t)
	shell := func(redirections string) *exec.Cmd {
		cmd := h.command()
		cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", `exec "$0" signup --native --conf sso.conf ` + redirections, os.Args[0]}
		return cmd
	}
	if out, err := shell("<&-").CombinedOutput(); err != nil {
		t.Errorf("without standard input: %v: %s", err, out)
	}
	cmd := shell(">/dev/full")
	cmd.Stdin = strings.NewReader(request("ada") + request("grace"))
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != exitFault || !bytes.Contains(out, []byte("answers from line 1 on were not written")) {
		t.Errorf("with a full disk: %v: %s", err, out)
	}
}

func TestClosedOutputEndsTheBatch(t *testing.T) {
	h := newWorkdir(t)
	cmd := h.command("signup", "--native", "--conf", "sso.conf")
	var requests strings.Builder
	for i := range 400 {
		requests.WriteString(request(fmt.Sprintf("user%d", i)))
	}
	cmd.Stdin = strings.NewReader(requests.String())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	io.ReadFull(stdout, make([]byte, 10))
	stdout.Close()
	cmd.Wait()
	ran{t, cmd.Args[1:], "", stderr.String(), cmd.ProcessState.ExitCode()}.want(exitFault, "the answers cannot be written")
}

func TestInterruptedBatchFinishesWhatItBegan(t *testing.T) {
	h := newWorkdir(t)
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		p := h.start("signup", "--native", "--conf", "sso.conf")
		p.say("\n" + request("ada") + request("grace"))
		p.line()
		p.line()
		p.signal(signal) // while it waits for a third one
		p.wait().want(exitFault, "interrupted: 3 lines were processed and answered, continue with line 4")
	}
}

// The shell and the system may both send SIGHUP.
func TestClosedTerminalEndsABatchCleanly(t *testing.T) {
	h := newWorkdir(t)
	for _, args := range [][]string{{"signup", "--native", "--conf", "sso.conf"}, {"validate", "--native", "--conf", "sso.conf"}} {
		p := h.start(args...)
		p.say(request("ada"))
		p.line()
		for range 3 {
			p.signal(syscall.SIGHUP)
		}
		p.wait().want(exitFault, "interrupted: 1 line was processed and answered, continue with line 2")
	}
	h.fast("", "get", "--username", "ada").want(exitOK)
	h.run("", "fsck").want(exitOK)
}

func TestNohupKeepsABatchRunning(t *testing.T) {
	h := newWorkdir(t)
	signal.Ignore(syscall.SIGHUP) // the process inherits it
	p := h.start("signup", "--native", "--conf", "sso.conf")
	hearHangups()
	p.say(request("ada"))
	p.line()
	p.signal(syscall.SIGHUP)
	p.say(request("grace"))
	p.line()
	p.stdin.Close()
	p.wait().want(exitOK)
}

func TestInterruptedBatchLosesNothing(t *testing.T) {
	h := newWorkdir(t)
	p := h.start("signup", "--native", "--conf", "sso.conf")
	go func() {
		for i := range 100_000 {
			if _, err := io.WriteString(p.stdin, request(fmt.Sprintf("user%d", i))); err != nil {
				return
			}
		}
	}()
	answered := 0
	for range 10 {
		p.line()
		answered++
	}
	p.signal(syscall.SIGINT)
	end := p.wait()
	answered += strings.Count(end.stdout, "\n")
	end.want(exitFault, fmt.Sprintf("interrupted: %d lines were processed", answered))
	if created := strings.Count(h.read("data.audit.jsonl"), `"user.create_user"`); created != answered {
		t.Errorf("%d accounts, %d answers", created, answered)
	}
	h.fast("", "get", "--username", fmt.Sprintf("user%d", answered-1)).want(exitOK)
	h.fast("", "get", "--username", fmt.Sprintf("user%d", answered)).want(exitRefused)
}

func TestBatchDeliversBeforeItEnds(t *testing.T) {
	h := newWorkdir(t)
	var called atomic.Int32
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Add(1) }))
	defer receiver.Close()
	h.write("hook.conf", strings.Replace(fastConf, "[signup]", "[signup]\ncallback_service_list="+receiver.URL+"/hook", 1), 0o644)
	const n = 40 // more than are delivered at once
	var requests strings.Builder
	for i := range n {
		requests.WriteString(request(fmt.Sprintf("user%d", i)))
	}
	h.run(requests.String(), "signup", "--native", "--conf", "hook.conf").want(exitOK)
	if got := called.Load(); got != n {
		t.Errorf("%d callbacks, want %d", got, n)
	}
}

func TestServiceThatIsDownDoesNotDelayABatch(t *testing.T) {
	h := newWorkdir(t)
	receiver := httptest.NewServer(http.NotFoundHandler())
	h.write("hook.conf", strings.Replace(fastConf, "[signup]", "[signup]\ncallback_service_list="+receiver.URL+"/hook", 1), 0o644)
	receiver.Close()
	h.run(request("ada")+request("grace"), "signup", "--native", "--conf", "hook.conf").want(exitOK)
}

func TestValidateTouchesNoData(t *testing.T) {
	h := newWorkdir(t)
	got := h.fast(request("ada")+`{"ctx":{"username":"a b"}}`, "validate", "--data", "data").want(exitRefused).answers()
	if len(got) != 2 || !got[0].OK() || got[1].SubStatus[0] != signup.UsernameHasWhitespace {
		t.Errorf("%v", got)
	}
	entries, err := os.ReadDir(h.dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v %v", entries, err)
	}
}

func TestFaultTakesPrecedenceOverRefusal(t *testing.T) {
	b := &batch{inputName: "x"}
	for _, test := range []struct {
		tally  tally
		status int
	}{
		{tally{requests: 3}, exitOK},
		{tally{requests: 3, refused: 1}, exitRefused},
		{tally{requests: 3, refused: 1, faults: 1, fault: "the disk is full"}, exitFault},
		{tally{requests: 3, refused: 1, interrupted: true}, exitFault},
		{tally{requests: 3, refused: 1, readErr: io.ErrUnexpectedEOF}, exitFault},
		{tally{requests: 3, refused: 1, writeErr: io.ErrClosedPipe}, exitFault},
	} {
		c := &console{stderr: io.Discard}
		if got := report(c, worse(b.err(&test.tally), nil)); got != test.status {
			t.Errorf("%+v: %d, want %d", test.tally, got, test.status)
		}
		if got := report(c, worse(b.err(&test.tally), errors.New("closing"))); got != exitFault {
			t.Errorf("%+v: %d with a fault at the end", test.tally, got)
		}
	}
}

// However a batch ends, it says which lines were not done.
func TestEndOfABatchNamesWhatWasNotDone(t *testing.T) {
	b := &batch{inputName: "x"}
	for _, end := range []tally{{}, {interrupted: true}, {cut: true}, {readErr: io.ErrUnexpectedEOF}, {writeErr: io.ErrClosedPipe}} {
		end.lines, end.unwritten = 9, 8
		for line, response := range []signup.Response{
			1: {Status: signup.StatusOK},
			2: {Status: signup.StatusError, SubStatus: []signup.Code{signup.Busy}, RetryAfter: 7},
			3: {Status: signup.StatusError, SubStatus: []signup.Code{signup.Busy}, Fault: "the disk is full"},
			4: {Status: signup.StatusError, SubStatus: []signup.Code{signup.RateLimited}, RetryAfter: 7},
		} {
			if line > 0 {
				end.add(line, response)
			}
		}
		err := b.err(&end)
		if want := "2 of 4 requests failed with a fault and can be repeated, the first in line 2: the server is busy"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", end, err)
		}
	}
}

// An interrupt ends the wait for a server that is busy.
func TestInterruptEndsTheWaitForABusyServer(t *testing.T) {
	stop := make(chan struct{})
	var output bytes.Buffer
	b := &batch{
		perform: func(string, []byte) (signup.Response, []byte) {
			close(stop)
			r := answered(signup.Response{Status: signup.StatusError, SubStatus: []signup.Code{signup.Busy}, RetryAfter: 1 << 20})
			return r.response, r.answer
		},
		input: strings.NewReader(request("ada")), output: &output, progress: &progress{}, stop: stop,
	}
	if tally := b.run(); tally.faults != 1 || tally.faultLine != 1 || !strings.Contains(output.String(), "retry_after") {
		t.Errorf("%+v %s", tally, &output)
	}
}

func TestProgressBar(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, total: 200}
	p.update(50, &tally{requests: 5, refused: 1})
	p.update(60, &tally{requests: 6, refused: 1}) // a moment later
	p.clear()
	if got, want := out.String(), "\r\x1b[K[######..................]  25 %  5 answered, 1 refused\r\x1b[K"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	out.Reset()
	p = &progress{out: &out}
	for n := range 3 { // at one moment
		p.show(func() string { return count(n+1, "record") })
	}
	p.clear()
	if got, want := out.String(), "\r\x1b[K1 record\r\x1b[K"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p = &progress{}
	if got := p.bar(0, &tally{requests: 5, faults: 1}); got != "5 answered, 0 refused, 1 fault" {
		t.Errorf("%q", got)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if isTerminal(null) || isTerminal(&out) {
		t.Error("taken for a terminal")
	}
}
