package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/host"
)

// entry reads an entry of the audit trail from standard output.
func (p *process) entry() (entry host.AuditEntry) {
	p.t.Helper()
	text, err := p.stdout.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(text), &entry)
	}
	if err != nil {
		p.t.Fatalf("%q: %v\n%s", text, err, p.stderr)
	}
	return entry
}

// Containers keep the audit trail on standard output.
func TestAuditTrailOnStandardOutput(t *testing.T) {
	h := newWorkdir(t)
	p, address := h.serve("--conf", "sso.conf", "--audit", "/dev/stdout")
	for _, name := range []string{"ada", "grace"} {
		if status, _, err := post(address, signupPath, flat(name)); status != 200 || err != nil {
			t.Fatalf("%d %v\n%s", status, err, p.stderr)
		}
		for entry := p.entry(); entry.Op != "user.create_user" || entry.Result != "ok"; entry = p.entry() {
		}
		if status, text := health(t, address, "/readyz"); status != 200 {
			t.Errorf("readyz: %d %s", status, text)
		}
		p.hangUp("the configuration is in force") // after the audit file was reopened
		if !strings.Contains(p.stderr.String(), "the audit file was reopened") {
			t.Errorf("the log is %s", p.stderr)
		}
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK, "msg=stopped")
	if h.exists("data.audit.jsonl") {
		t.Error("there is a file too")
	}
}

// A shell may redirect standard output and standard error to files, whose modes
// the command must not change.
func TestAuditTrailOnRedirectedOutput(t *testing.T) {
	h := newWorkdir(t)
	h.write("log", "", 0o644)
	cmd := h.command("signup", "--native", "--conf", "sso.conf", "--audit", "/dev/stderr")
	cmd.Stdin = strings.NewReader(request("ada"))
	log, err := os.OpenFile(h.path("log"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stderr = log
	if err := cmd.Run(); err != nil {
		t.Errorf("%v: %s", err, h.read("log"))
	}
	if !regexp.MustCompile(`(?m)^\{.*"op":"user.create_user".*"result":"ok"`).MatchString(h.read("log")) {
		t.Errorf("the log has %s", h.read("log"))
	}
	if info, err := os.Stat(h.path("log")); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the log is %v now, %v", info.Mode(), err)
	}
}
