package faults

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/kv/pebble"
)

// Variables for the child process.
const (
	childDir     = "ENROL_FAULTS_DIR"
	childChapter = "ENROL_FAULTS_CHAPTER"
	childKill    = "ENROL_FAULTS_KILL"  // position
	childBy      = "ENROL_FAULTS_BY"    // what positions count: writes or effects
	childStart   = "ENROL_FAULTS_START" // time
)

// What positions can count.
const (
	writes  = "writes"  // commits
	effects = "effects" // of all kinds
)

// position is where a process is killed: just before the n-th commit, or the
// n-th effect, at 2n, just after it at 2n+1.
type position int

// killing is a store that kills its process at a position.
type killing struct {
	kv.Store
	at      position
	commits atomic.Int64
}

func (s *killing) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	n := position(s.commits.Add(1) - 1)
	s.die(2 * n)
	applied, err := s.Store.Commit(ctx, batch)
	s.die(2*n + 1)
	return applied, err
}

func (s *killing) die(now position) {
	if now == s.at {
		die()
	}
}

// dieAt returns a function that kills the process at an effect, counted over
// all runs.
func dieAt(at position) func(int, bool) {
	now := position(0)
	return func(_ int, after bool) {
		if now == at {
			die()
		}
		now++
	}
}

// die ends the process as kill -9 does.
func die() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}

// line is an output line of the child: an answer, or a call of a service.
type line struct {
	Step   int      `json:"step"`
	Answer string   `json:"answer,omitempty"`
	Call   []string `json:"call,omitempty"` // service, id, user id, username
}

// child plays one chapter on a store on disk until it is killed.
func child() {
	number := func(name string) int64 {
		n, err := strconv.ParseInt(os.Getenv(name), 10, 64)
		if err != nil {
			panic(err)
		}
		return n
	}
	store, err := pebble.Open(filepath.Join(os.Getenv(childDir), "data"), pebble.Options{})
	if err != nil {
		panic(err)
	}
	all := append(chapters(), short())
	c := all[slices.IndexFunc(all, func(c chapter) bool { return c.name == os.Getenv(childChapter) })]
	kills := &killing{Store: store, at: position(number(childKill))}
	w := c.world(kills, number(childStart))
	c.draw(w)
	if os.Getenv(childBy) == effects {
		kills.at = -1
		w.at = dieAt(position(number(childKill)))
	}
	accepts := w.deaf
	w.deaf = func(heard call) error {
		say(line{Step: -1, Call: []string{heard.service, heard.id, heard.userID, heard.username}})
		if accepts != nil {
			return accepts(heard)
		}
		return nil
	}
	w.play(c, map[string]string{}, func(int) bool { return false }, func(n int, r reply) { say(line{Step: n, Answer: r.text}) })
	if err := store.Close(); err != nil {
		panic(err)
	}
}

// say writes a line that survives the process.
func say(l line) {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = fmt.Println(string(text))
	}
	if err != nil {
		panic(err)
	}
}

// world returns a world for a chapter.
func (c chapter) world(store kv.Store, now int64) *world {
	w := &world{engine: c.settings.engine(), store: store, clock: clockAt(now)}
	if c.refuses {
		w.deaf = refusing()
	}
	return w
}

// draw lets a world draw the same random bytes each time that a chapter is
// played, since the order of ids decides about the number of effects. What comes
// after a kill draws others, or it would make the same ids again.
func (c chapter) draw(w *world) {
	w.drawn = rand.NewChaCha8(sha256.Sum256([]byte(c.name)))
}

// effects counts the effects of an undisturbed chapter.
func (c chapter) effects() (n int) {
	w := c.world(memory.New(), startTime)
	w.run("open", `{}`)
	c.draw(w)
	w.at = func(_ int, after bool) {
		if after {
			n++
		}
	}
	w.play(c, map[string]string{}, func(int) bool { return false }, func(int, reply) {})
	return n
}

// commits counts the commits of an undisturbed chapter.
func (c chapter) commits() int {
	s := &killing{Store: memory.New(), at: -1}
	w := c.world(s, startTime)
	w.run("open", `{}`)
	c.draw(w)
	s.commits.Store(0)
	w.play(c, map[string]string{}, func(int) bool { return false }, func(int, reply) {})
	return int(s.commits.Load())
}
