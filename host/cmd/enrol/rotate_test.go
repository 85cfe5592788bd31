//go:build unix

package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// rotatedNames returns the audit file's rotated files, the oldest first.
func (h *workdir) rotatedNames() []string {
	h.t.Helper()
	names, err := filepath.Glob(h.path("data.audit.jsonl.*Z"))
	if err != nil {
		h.t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// trail returns the audit file after its rotated files.
func (h *workdir) trail(others ...string) string {
	h.t.Helper()
	var all strings.Builder
	for _, name := range append(append(others, h.rotatedNames()...), h.path("data.audit.jsonl")) {
		text, err := os.ReadFile(name)
		if err != nil {
			h.t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// TestRotationUnderLoad rotates the audit file by its size, by a signal and as
// logrotate does, under a server that is killed at last. Every answer that it gave has
// its decision in the trail.
func TestRotationUnderLoad(t *testing.T) {
	h := newWorkdir(t)
	const rounds, clients = 2, 4
	var renamed []string
	for round := range rounds {
		p, address := h.serve("--conf", "sso.conf", "--audit-max-bytes", "4096")
		var answered atomic.Int64
		var mu sync.Mutex
		var cids []string
		var load sync.WaitGroup
		enough := make(chan struct{})
		for c := range clients {
			load.Go(func() {
				for n := 0; ; n++ {
					cid := fmt.Sprintf("r%d-c%d-n%d", round, c, n)
					body := strings.Replace(flat(cid), "{", `{"cid":"`+cid+`",`, 1)
					status, a, err := post(address, signupPath, body)
					if err != nil {
						return // killed
					}
					if status != http.StatusOK || a.CID != cid {
						t.Errorf("%d %+v", status, a)
						return
					}
					mu.Lock()
					cids = append(cids, cid)
					mu.Unlock()
					if answered.Add(1) == 60 {
						close(enough)
					}
				}
			})
		}
		for n := range 3 {
			p.usr1()
			other := h.path(fmt.Sprintf("by-logrotate.%d.%d", round, n))
			if err := os.Rename(h.path("data.audit.jsonl"), other); err != nil {
				t.Error(err)
			}
			renamed = append(renamed, other)
			p.usr1() // opens a new one, if no entry did
		}
		<-enough
		p.signal(syscall.SIGKILL)
		load.Wait()
		p.wait()
		trail := h.trail(renamed...)
		for _, cid := range cids {
			if got := regexp.MustCompile(`"cid":"`+cid+`","op":"user.create_user".*"result":"ok"`).FindAllString(trail, -1); len(got) != 1 {
				t.Errorf("%s was answered, and its decision is in the trail %d times", cid, len(got))
			}
		}
	}
	key := strings.TrimSpace(h.run("", "audit", "key").want(exitOK).stdout)
	files := append(append(renamed, h.rotatedNames()...), h.path("data.audit.jsonl"))
	verify := append([]string{"audit", "verify", "--key", key, "--data", "data"}, files...)
	if got := h.run("", verify...).want(exitOK, "as they were written"); got.stdout != "" {
		t.Error(got.stdout)
	}
	if n := len(h.rotatedNames()); n < 4 {
		t.Errorf("%d files were rotated", n)
	}
	for _, name := range h.rotatedNames() {
		if info, err := os.Stat(name); err != nil || info.Size() > 4096 {
			t.Errorf("%s has %d bytes, %v", name, info.Size(), err)
		}
	}
}

// usr1 sends SIGUSR1 and waits until the log reports the rotation.
func (p *process) usr1() {
	p.t.Helper()
	const outcome = "SIGUSR1: the audit file was rotated"
	before := strings.Count(p.stderr.String(), outcome)
	p.signal(syscall.SIGUSR1)
	if p.stderr.await(regexp.MustCompile(fmt.Sprintf("(?s)(%s.*){%d}", outcome, before+1))) == nil {
		p.t.Fatalf("the log does not report a rotation: %s", p.stderr)
	}
}

func TestRotatedAuditFilesAreRemoved(t *testing.T) {
	h := newWorkdir(t)
	p, address := h.serve("--conf", "sso.conf", "--audit-keep", "2", "--audit-max-age", "1000h")
	for n := range 4 {
		if status, _, err := post(address, signupPath, flat(fmt.Sprint("user", n))); status != 200 || err != nil {
			t.Fatalf("%d %v", status, err)
		}
		p.usr1()
	}
	p.usr1() // does nothing: the file is empty
	if n := len(h.rotatedNames()); n != 2 {
		t.Errorf("%d files are kept", n)
	}
	if err := os.Remove(h.path("data.audit.jsonl")); err != nil {
		t.Fatal(err)
	}
	if status, _, err := post(address, signupPath, flat("ada")); status != 200 || err != nil {
		t.Errorf("%d %v", status, err)
	}
	if !strings.Contains(h.read("data.audit.jsonl"), "user.create_user") {
		t.Error("the file that was removed is not there again")
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}

func TestBadRotation(t *testing.T) {
	h := newWorkdir(t)
	for want, args := range map[string][]string{
		"at least 4096":        {"--audit-max-bytes", "4095"},
		"at least 1s":          {"--audit-max-age", "999ms"},
		"or 0 for all":         {"--audit-keep", "-1"},
		"--audit-max-bytes -1": {"--audit-max-bytes", "-1"},
	} {
		h.fast("", append([]string{"serve"}, args...)...).want(exitMistake, want)
	}
	if h.exists("data") {
		t.Error("data was begun")
	}
	h.fast("", "serve", "--audit", "/dev/null", "--audit-max-age", "24h").want(exitMistake, "cannot be rotated", "choose a file with --audit")
}
