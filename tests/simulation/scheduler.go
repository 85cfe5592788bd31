package main

import (
	"context"
	"runtime"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

// task is one running operation. Its goroutine stops before each
// effect until the scheduler lets it go on, so that never more than one
// goroutine of a simulation runs, and the order is the seed's.
type task struct {
	*simulation
	host      *signuptest.Host
	n         int
	operation string
	asked     asked
	engine    *deployment
	process   int   // dies as a whole
	skew      int64 // how far the clock of its machine is ahead, in milliseconds
	now       int64 // what it was told the time is, first
	latest    int64 // and last
	began     int   // how many commits there were

	resume  chan fate
	stopped chan struct{} // it stands before an effect, or is over
	effect  string        // that it stands before
	over    bool
	answer  []byte // nil if it died
	unknown bool   // a commit was answered that nobody knows its outcome
	created string // the user id of the claim that it made

	delivered map[string]bool // ids of events whose calls were accepted
	holder    *user           // of the name that is asked for, at the beginning: an account, or nil
}

// start begins an operation. It does nothing before the scheduler lets it.
func (s *simulation) start(operation string, a asked) *task {
	t := &task{
		simulation: s, n: len(s.tasks), operation: operation, asked: a, began: s.ledger.commits,
		engine: s.deployments[len(s.deployments)-1], process: s.random.IntN(processes),
		resume: make(chan fate), stopped: make(chan struct{}), delivered: map[string]bool{},
	}
	t.host = t.newHost()
	if len(s.deployments) > 1 && s.random.IntN(4) == 0 {
		t.engine = s.deployments[len(s.deployments)-2] // not yet replaced
	}
	if s.skewed {
		t.skew = int64(s.random.IntN(4000)) - 2000
	}
	s.tasks = append(s.tasks, t)
	s.running = append(s.running, t)
	t.holder = s.ledger.account(a.username)
	if _, used := s.asking[a.key]; !used {
		s.asking[a.key] = s.clock
	}
	go t.run()
	return t
}

func (t *task) run() {
	defer func() { // runs when it dies, too
		t.over = true
		t.stopped <- struct{}{}
	}()
	if <-t.resume == dies {
		runtime.Goexit()
	}
	run := t.engine.Run
	if slices.Contains(signup.Moves(), t.operation) {
		run = t.engine.Move
	}
	t.answer = run(t.operation, t.host, []byte(t.asked.request))
}

// step lets a task go on to its next effect, with what becomes of the one that
// it stands before.
func (s *simulation) step(t *task, f fate) {
	s.note("%3d %-8s %s %s", t.n, t.operation, t.effect, f)
	t.resume <- f
	<-t.stopped
	if !t.over {
		return
	}
	for i, other := range s.running {
		if other == t {
			s.running = append(s.running[:i], s.running[i+1:]...)
			break
		}
	}
	s.note("%3d %-8s answers %s", t.n, t.operation, strings.TrimSpace(string(t.answer)))
	if t.answer != nil {
		s.answered(t)
	}
}

// pass is one effect. It returns whether it is to be performed, and the error
// it answers otherwise; what comes after it calls when it was.
func (t *task) pass(effect string, perform func() error) error {
	t.effect = effect
	t.stopped <- struct{}{}
	f := <-t.resume
	switch f {
	case dies:
		runtime.Goexit()
	case fails:
		return errOutside
	case conflicts:
		return kv.ErrConflict
	case lost, late:
		t.unknown = true
		if f == late {
			t.simulation.late = append(t.simulation.late, perform)
		}
		return kv.ErrUnknown
	}
	err := perform()
	switch f {
	case diesAfter:
		runtime.Goexit()
	case answerLost:
		t.unknown = true
		return kv.ErrUnknown
	}
	return err
}

// newHost returns the host of a task.
func (t *task) newHost() *signuptest.Host {
	return &signuptest.Host{
		Store:    watched{t.store, t},
		Clock:    signuptest.NewClock(),
		Random:   t.bytes,
		Services: func(call signup.ServiceCall) (string, error) { return "", t.hear(t, call) },
		Around:   t.around,
	}
}

// around passes an effect. The clock tells when the effect is performed, not
// when the task came to it.
func (t *task) around(e signuptest.Effect, perform func() error) error {
	if e.Kind != signuptest.Now {
		return t.pass(string(e.Kind), perform)
	}
	now := int64(0)
	err := t.pass(string(e.Kind), func() error {
		now = t.clock + t.skew
		t.host.Clock.Set(now)
		return perform()
	})
	if t.now == 0 {
		t.now = now
	}
	if now != 0 { // else the clock failed
		t.latest = now
	}
	return err
}

// watched is the store of a task, of whose commits the ledger is told.
type watched struct {
	kv.Store
	task *task
}

func (w watched) Commit(ctx context.Context, batch kv.Batch) (applied bool, err error) {
	applied, err = w.Store.Commit(ctx, batch)
	if applied {
		w.task.ledger.watch(w.task, batch)
	}
	return applied, err
}
