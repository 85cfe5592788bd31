package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// killedServer leaves the data of a server that was killed after sign-ups, and
// returns the path of its log. The data was opened once before.
func killedServer(t *testing.T) (h *workdir, log string) {
	t.Helper()
	h = newWorkdir(t)
	h.fast("", "signup").want(exitOK)
	p, address := h.serve("--conf", "sso.conf")
	for _, name := range []string{"ada", "grace", "alan", "barbara"} {
		if status, _, err := post(address, signupPath, flat(name)); status != 200 || err != nil {
			t.Fatalf("%d %v", status, err)
		}
	}
	p.signal(os.Kill)
	p.wait()
	logs, _ := filepath.Glob(h.path("data/*.log"))
	for _, each := range logs {
		if text, err := os.ReadFile(each); err == nil && bytes.Contains(text, []byte("name/barbara")) {
			log = each
		}
	}
	if log == "" {
		t.Fatal("no log has what was signed up")
	}
	return h, log
}

// damageAt flips a bit after a text in a file.
func damageAt(t *testing.T, path, text string) {
	t.Helper()
	data, err := os.ReadFile(path)
	at := bytes.Index(data, []byte(text))
	if err != nil || at < 0 {
		t.Fatal(at, err)
	}
	data[at] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDamageBeforeTheEndOfTheLogAfterAKill(t *testing.T) {
	h, log := killedServer(t)
	damageAt(t, log, "name/grace")
	for _, command := range []string{"serve", "get"} {
		h.fast("", command).want(exitFault, "is damaged", filepath.Base(log), "acknowledged")
	}
	h.run("", "fsck").want(exitFault, "is damaged", filepath.Base(log))
	found := h.run("", "fsck", "--accept-loss").want(exitRefused)
	if !strings.Contains(found.stdout, "DROPPED: ") || !strings.Contains(found.stdout, filepath.Base(log)) || !strings.Contains(found.stderr, "a part of the log is dropped") {
		t.Errorf("it printed %s%s", found.stdout, found.stderr)
	}
	if again := h.run("", "fsck").want(exitRefused); again.stdout != found.stdout {
		t.Errorf("it printed %s, before %s", again.stdout, found.stdout)
	}
	h.fast("", "get", "--username", "ada").want(exitOK)
	if err := os.Remove(h.path("data/DROPPED")); err != nil {
		t.Fatal(err)
	}
	h.run("", "fsck").want(exitOK)
}

func TestDamageAtTheEndOfTheLogAfterAKill(t *testing.T) {
	h, log := killedServer(t)
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	end := len(bytes.TrimRight(data, "\x00"))
	data[end-1] ^= 1
	if err := os.WriteFile(log, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if ran := h.fast("", "get", "--username", "ada").want(exitOK); !strings.Contains(ran.stderr, "a part of the log is dropped") {
		t.Errorf("it says %s", ran.stderr)
	}
	if found := h.run("", "fsck").want(exitRefused); !strings.Contains(found.stdout, "DROPPED: ") {
		t.Errorf("it printed %s", found.stdout)
	}
}
