//go:build unix

package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestAuditVerifyBesideAServer changes the file of a server that was killed once and
// then runs.
func TestAuditVerifyBesideAServer(t *testing.T) {
	h := newWorkdir(t)
	p, address := h.serve("--conf", "sso.conf")
	signUp := func(name string) {
		t.Helper()
		if status, _, err := post(address, signupPath, flat(name)); status != 200 || err != nil {
			t.Fatalf("%d %v", status, err)
		}
	}
	for n := range 3 {
		signUp(fmt.Sprint("before", n))
	}
	p.signal(syscall.SIGKILL)
	p.wait()
	p, address = h.serve("--conf", "sso.conf")
	signUp("after")
	key := strings.TrimSpace(h.run("", "audit", "key").want(exitOK).stdout)
	verify := []string{"audit", "verify", "--key", key, "data.audit.jsonl"}
	if got := h.run("", verify...).want(exitOK, "as they were written"); !strings.Contains(got.stderr, "without --data") {
		t.Errorf("it says %s", got.stderr)
	}
	for n := range 60 { // more than a checkpoint
		signUp(fmt.Sprint("more", n))
	}
	h.run("", append(verify, "--data", "data")...).want(exitOK, "as they were written")
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
	kept := h.run("", "audit", "checkpoints").want(exitOK).stdout
	if strings.Count(kept, "\n") != 1 || !strings.Contains(kept, `"op":"audit.checkpoint"`) {
		t.Errorf("the store keeps %s", kept)
	}
	h.write("kept", kept, 0o600)
	trail := h.read("data.audit.jsonl")
	lines := strings.SplitAfter(trail, "\n")
	h.write("data.audit.jsonl", strings.Join(lines[:len(lines)-3], ""), 0o600)
	last := fmt.Sprint("data.audit.jsonl:", len(lines)-3, ": entries ")
	h.run("", verify...).want(exitOK)
	for _, with := range [][]string{{"--data", "data"}, {"--checkpoints", "kept"}} {
		if got := h.run("", append(verify, with...)...).want(exitRefused, "1 problem in 1 file"); !strings.Contains(got.stdout, last) {
			t.Errorf("%v: it printed %s", with, got.stdout)
		}
	}
	h.write("data.audit.jsonl", strings.Replace(trail, "user.create_user", "user.create_used", 1), 0o600)
	if got := h.run("", verify...).want(exitRefused); !strings.Contains(got.stdout, "was changed") {
		t.Errorf("it printed %s", got.stdout)
	}
	h.run("", "fsck").want(exitOK)
	if err := os.Remove(h.path("data.audit.jsonl")); err != nil {
		t.Fatal(err)
	}
	h.run("", verify...).want(exitMistake, "no such file")
	h.run("", "audit", "verify", "data.audit.jsonl").want(exitMistake, "--key is missing")
	h.run("", "audit", "verify", "--key", "x", "kept").want(exitMistake, "is not a public key")
	h.run("", "audit", "verify", "--key", key, "--data", "nowhere", "kept").want(exitMistake, "no data directory")
	h.run("", "audit", "key", "--data", "nowhere").want(exitMistake, "no key file")
}
