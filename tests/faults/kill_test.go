package faults

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/enrol-sso/enrol/kv/pebble"
)

// fewestKills is the minimum number of kills.
const fewestKills = 200

// A process is killed just before and just after each write, with the store on
// disk. There is one directory for each position of a chapter, which goes
// through all chapters, so that what it holds has survived more and more kills.
func TestKilledAtEveryWriteLosesNothing(t *testing.T) {
	all := chapters()
	positions := 0
	for _, c := range all {
		positions = max(positions, 2*c.commits())
	}
	var kills atomic.Int64
	t.Run("positions", func(t *testing.T) {
		for at := range positions {
			t.Run(fmt.Sprint(at), func(t *testing.T) {
				t.Parallel()
				survive(t, all, writes, position(at), &kills)
			})
		}
	})
	t.Logf("%d kills", kills.Load())
	if kills.Load() < fewestKills {
		t.Errorf("%d kills, want at least %d", kills.Load(), fewestKills)
	}
}

// A process is killed just before and just after each effect of a signup, its
// confirmation and their deliveries: reads, the clock, entropy, the audit trail
// and calls of services too.
func TestKilledAtEveryEffectLosesNothing(t *testing.T) {
	short := short()
	var kills atomic.Int64
	positions := 2 * short.effects()
	t.Run("positions", func(t *testing.T) {
		for at := range positions {
			t.Run(fmt.Sprint(at), func(t *testing.T) {
				t.Parallel()
				survive(t, []chapter{short}, effects, position(at), &kills)
			})
		}
	})
	if int(kills.Load()) != positions || positions < 60 {
		t.Errorf("%d kills at %d positions", kills.Load(), positions)
	}
}

// survivor is an installation on disk that is killed over and over.
type survivor struct {
	t     *testing.T
	dir   string
	now   int64
	heard []call // all calls of services, of all processes
}

func survive(t *testing.T, all []chapter, by string, at position, kills *atomic.Int64) {
	s := &survivor{t: t, dir: t.TempDir(), now: startTime}
	s.visit(all[0], func(w *world) { w.must(t, "open", `{}`) })
	for _, c := range all {
		answers, killed := s.playAndDie(c, by, at)
		if killed {
			kills.Add(1)
		}
		s.visit(c, func(w *world) { s.recover(w, c, answers) })
		s.now += 10 * minute
	}
}

// visit opens the store in this process, and closes it.
func (s *survivor) visit(c chapter, use func(w *world)) {
	s.t.Helper()
	store, err := pebble.Open(filepath.Join(s.dir, "data"), pebble.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	w := c.world(store, s.now)
	use(w)
	s.now = w.clock.Now()
	if err := store.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// playAndDie plays a chapter in its own process, which is killed at a position,
// and returns the answers until then.
func (s *survivor) playAndDie(c chapter, by string, at position) (answers map[int]string, killed bool) {
	s.t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(),
		childDir+"="+s.dir,
		childChapter+"="+c.name,
		fmt.Sprintf("%s=%d", childKill, at),
		childBy+"="+by,
		fmt.Sprintf("%s=%d", childStart, s.now))
	command.Stderr = os.Stderr
	pipe, err := command.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		s.t.Fatal(err)
	}
	answers = map[int]string{}
	for output := bufio.NewScanner(pipe); output.Scan(); {
		var l line
		if err := json.Unmarshal(output.Bytes(), &l); err != nil {
			s.t.Fatalf("the child says %q: %v", output.Text(), err)
		}
		if l.Call != nil {
			s.heard = append(s.heard, call{l.Call[0], l.Call[1], l.Call[2], l.Call[3]})
		} else {
			answers[l.Step] = l.Answer
		}
	}
	err = command.Wait()
	if killed = err != nil; killed && command.ProcessState.Exited() {
		s.t.Fatalf("the child ended by itself: %v", err)
	}
	return answers, killed
}

// recover checks after a kill: the store is undamaged and has everything that
// was acknowledged; every request is repeated, and earlier answers stay the
// same; everything is delivered.
func (s *survivor) recover(w *world, c chapter, answers map[int]string) {
	t := s.t
	w.checkWhole(t)
	for n, step := range c.steps {
		if _, done := answers[n]; done {
			w.advance(step.pause)
		}
	}
	s.checkAcknowledged(w, c, answers)
	w.advance(second)
	tokens := map[string]string{}
	w.play(c, tokens, func(n int) bool { _, done := answers[n]; return done }, func(n int, r reply) {
		step := c.steps[n]
		if before, done := answers[n]; done && step.repeats() && r.text != before {
			t.Errorf("%s, step %d, %s: answered %s, before it was %s", c.name, n, step.name, r.text, before)
		}
		if step.operation != "" && !r.OK() && !(step.refused && r.Fault == "") {
			t.Errorf("%s, step %d, %s: %s", c.name, n, step.name, r.text)
		}
		w.checkWhole(t)
	})
	w.drain(t)
	w.checkWhole(t)
	w.heard = append(s.heard, w.heard...)
	w.checkCalls(t)
	s.heard = w.heard
	s.checkAccounts(w, c)
}

// checkAcknowledged checks that nothing that was answered is lost.
func (s *survivor) checkAcknowledged(w *world, c chapter, answers map[int]string) {
	for n, step := range c.steps {
		answer, done := answers[n]
		if !done || step.refused || step.gone || step.username == "" {
			continue
		}
		r := w.run("get", getRequest(step.username))
		if !r.OK() {
			s.t.Errorf("%s: %s was acknowledged with %s, and is lost: %s", c.name, step.username, answer, r.text)
		}
		if step.operation == "confirm" && r.User.SignUpStatus != "final" {
			s.t.Errorf("%s: %s was confirmed, and is %s", c.name, step.username, r.User.SignUpStatus)
		}
		if step.operation == "approve" && r.User.ApprovalStatus != "approved" {
			s.t.Errorf("%s: %s was approved, and is %s", c.name, step.username, r.User.ApprovalStatus)
		}
	}
}

// checkAccounts checks that everybody has one account.
func (s *survivor) checkAccounts(w *world, c chapter) {
	accounts := map[string]int{}
	for _, a := range w.accounts(s.t) {
		accounts[a.Username]++
	}
	for _, step := range c.steps {
		want := 1
		if step.refused && step.operation == "signup" || step.gone {
			want = 0
		}
		if step.username != "" && accounts[step.username] != want {
			s.t.Errorf("%s: %s has %d accounts, want %d", c.name, step.username, accounts[step.username], want)
		}
	}
}
