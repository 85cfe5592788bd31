//go:build unix

package main

import (
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestReloadOnHangup changes the sso.conf and rotates the audit file under a
// server.
func TestReloadOnHangup(t *testing.T) {
	h := newWorkdir(t)
	p, address := h.serve("--conf", "sso.conf")
	p.hangUp("the configuration is in force")
	if status, _, err := post(address, signupPath, flat("ada")); status != 200 || err != nil {
		t.Errorf("as before: %d %v", status, err)
	}
	h.write("sso.conf", fastConf+"nonsense=1\n[password]\nmin_length=many\n", 0o644)
	if err := os.Rename(h.path("data.audit.jsonl"), h.path("old")); err != nil {
		t.Fatal(err)
	}
	p.hangUp("the old one stays in force")
	if info, err := os.Stat(h.path("data.audit.jsonl")); err != nil || info.Size() != 0 {
		t.Errorf("the audit file: %v %v", info, err)
	}
	if !strings.Contains(p.stderr.String(), "sso.conf:") {
		t.Errorf("the log does not say what is wrong: %s", p.stderr)
	}
	if status, _, err := post(address, signupPath, flat("grace")); status != 200 || err != nil {
		t.Errorf("after a mistake: %d %v", status, err)
	}
	h.write("sso.conf", strings.Replace(fastConf, "[enrol]", "[enrol]\nrate_signup=1", 1), 0o644)
	p.hangUp("the configuration is in force")
	limited := false
	for _, name := range []string{"alan", "edsger", "barbara", "donald"} {
		status, _, err := post(address, signupPath, flat(name))
		limited = limited || err == nil && status == 429
	}
	if !limited {
		t.Error("the new limit is not in force")
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK, "msg=stopped")
}

// Pages whose files change while a reload reads them stay as they were, and the log
// says nothing else.
func TestReloadOfPagesThatFails(t *testing.T) {
	h := newWorkdir(t)
	h.write("sso.conf", pagesConf+"[enrol_pages]\nlogo=logo.svg\n", 0o644)
	h.write("logo.svg", "<svg/>", 0o644)
	p, _ := h.servePublic("--conf", "sso.conf")
	if err := os.Remove(h.path("logo.svg")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(h.path("logo.svg"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.write("large.svg", strings.Repeat(" ", 300_000), 0o644)
	p.signal(syscall.SIGHUP)
	pipe, err := os.OpenFile(h.path("logo.svg"), os.O_WRONLY, 0) // waits for the check
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(h.path("large.svg"), h.path("logo.svg")); err != nil {
		t.Fatal(err)
	}
	if _, err := pipe.WriteString("<svg/>"); err != nil {
		t.Fatal(err)
	}
	if err := pipe.Close(); err != nil {
		t.Fatal(err)
	}
	p.stderr.await(regexp.MustCompile("SIGHUP: the public pages stay as they were.*"))
	p.signal(syscall.SIGTERM)
	if end := p.wait().want(exitOK); strings.Contains(end.stderr, "the configuration is in force") {
		t.Errorf("the log also says that it worked: %s", end.stderr)
	}
}
