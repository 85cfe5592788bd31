package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// limitFiles bounds the size of the files that a running process writes, as if
// the disk were full.
func (p *process) limitFiles(bytes uint64) {
	p.t.Helper()
	limit := syscall.Rlimit{Cur: bytes, Max: ^uint64(0)}
	_, _, failed := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(p.cmd.Process.Pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if failed != 0 {
		p.t.Fatal(failed)
	}
}

// storeIsFull is a limit that the log of the store reaches after some sign-ups.
// The audit file, which grows less, does not reach it.
const storeIsFull = 96 << 10

// TestServerEndsWhenItsDiskIsFull expects the server to answer and then to exit
// with 3, so that its supervisor starts it again.
func TestServerEndsWhenItsDiskIsFull(t *testing.T) {
	h := newWorkdir(t)
	p, address := h.serve("--conf", "sso.conf")
	if status, _, err := post(address, signupPath, flat("ada")); status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	p.limitFiles(storeIsFull)
	status := 200
	for n := 0; status == 200 && n < 200; n++ {
		var err error
		if status, _, err = post(address, signupPath, flat(fmt.Sprint("user", n))); err != nil {
			t.Fatal(err)
		}
	}
	if status != 503 {
		t.Errorf("on a full disk: %d", status)
	}
	end := p.wait().want(exitFault, "must be started again")
	if !strings.Contains(end.stderr, "restart the service") {
		t.Errorf("the log is %s", end.stderr)
	}
	h.fast("", "get", "--username", "ada").want(exitOK)
	p, address = h.serve("--conf", "sso.conf")
	if status, _, err := post(address, signupPath, flat("grace")); status != 200 || err != nil {
		t.Errorf("when the disk has room again: %d %v", status, err)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}

// TestNotReadyWhileTheAuditFileCannotGrow fills the disk of the audit file
// only: it is larger than the limit, and the files of the store are not.
func TestNotReadyWhileTheAuditFileCannotGrow(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	const before = 64 << 20
	if err := os.Truncate(h.path("data.audit.jsonl"), before); err != nil {
		t.Fatal(err)
	}
	p, address := h.serve("--conf", "sso.conf")
	if status, text := health(t, address, "/readyz"); status != 200 {
		t.Errorf("ready: %d %s", status, text)
	}
	p.limitFiles(before / 2)
	if status, a, err := post(address, signupPath, flat("grace")); status != 503 || err != nil {
		t.Errorf("on a full disk: %d %v %v", status, a, err)
	}
	if status, text := health(t, address, "/readyz"); status != 503 || !strings.Contains(text, "not ready: the audit trail cannot be written") {
		t.Errorf("ready: %d %s", status, text)
	}
	h.run("", "health", "--url", "http://"+address).want(exitRefused, "not ready: the audit trail cannot be written")
	if status, text := health(t, address, "/healthz"); status != 200 {
		t.Errorf("healthy: %d %s", status, text)
	}
	h.run("", "health", "--url", "http://"+address+"/healthz").want(exitOK)
	p.limitFiles(^uint64(0))
	if status, text := health(t, address, "/readyz"); status != 200 {
		t.Errorf("ready again: %d %s", status, text)
	}
	if status, _, err := post(address, signupPath, flat("grace")); status != 200 || err != nil {
		t.Errorf("when the disk has room again: %d %v", status, err)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
	if trail := h.read("data.audit.jsonl")[before:]; strings.Count(trail, `"audit.resume"`) != 1 || !strings.Contains(trail, `"user.create_user"`) {
		t.Errorf("the trail goes on with %s", trail)
	}
}

// TestBatchEndsWhenItsDiskIsFull expects the rest of the input to be left.
func TestBatchEndsWhenItsDiskIsFull(t *testing.T) {
	h := newWorkdir(t)
	p := h.start("signup", "--native", "--conf", "sso.conf")
	p.say(request("ada"))
	if a := p.line(); !a.OK() {
		t.Fatal(a)
	}
	p.limitFiles(storeIsFull)
	line, failed := 2, false
	for ; !failed && line < 200; line++ {
		p.say(request(fmt.Sprint("user", line)))
		failed = p.line().Fault != ""
	}
	end := p.wait() // the input is still open
	for _, text := range []string{fmt.Sprintf("can be repeated, the first in line %d: ", line-1), fmt.Sprintf("lines from %d on were not begun", line)} {
		if end.status != exitFault || !strings.Contains(end.stderr, text) {
			t.Errorf("it ended with %d and without %q: %s", end.status, text, end.stderr)
		}
	}
}
