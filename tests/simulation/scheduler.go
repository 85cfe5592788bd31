package main

import (
	"context"
	"crypto/sha512"
	"runtime"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// task is one operation under way. Its goroutine stands still before each
// effect until the scheduler lets it go on, so that never more than one
// goroutine of a simulation runs, and the order is the seed's.
type task struct {
	*simulation
	n         int
	operation string
	asked     asked
	engine    *deployment
	process   int   // dies as a whole
	skew      int64 // how far the clock of its machine is ahead, in milliseconds
	now       int64 // what it was told the time is, first
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
	t.answer = t.engine.Run(t.operation, t, []byte(t.asked.request))
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

func (t *task) Get(keys []string) (values []kv.Value, err error) {
	err = t.pass("get", func() (err error) { values, err = t.store.Get(context.Background(), keys); return err })
	return values, err
}

func (t *task) Scan(prefix, after string, limit int) (entries []kv.Entry, err error) {
	err = t.pass("scan", func() (err error) {
		entries, err = t.store.Scan(context.Background(), prefix, after, limit)
		return err
	})
	return entries, err
}

func (t *task) Commit(batch kv.Batch) (failed []string, err error) {
	err = t.pass("commit", func() (err error) {
		failed, err = t.store.Commit(context.Background(), batch)
		if err == nil && failed == nil {
			t.ledger.watch(t, batch)
		}
		return err
	})
	return failed, err
}

func (t *task) Entropy(n int) ([]byte, error) {
	random := make([]byte, n)
	return random, t.pass("entropy", func() error { t.bytes.Read(random); return nil })
}

func (t *task) Now() (now int64, err error) {
	err = t.pass("now", func() error { now = t.clock + t.skew; return nil })
	if t.now == 0 {
		t.now = now
	}
	return now, err
}

func (t *task) Audit(signup.AuditEvent) error { return t.pass("audit", func() error { return nil }) }

func (t *task) Call(call signup.ServiceCall) (string, error) {
	return "", t.pass("call", func() error { return t.hear(t, call) })
}

// DeriveKey stands in for a password hash: a function of all that goes in, but
// without the cost.
func (t *task) DeriveKey(params signup.KDFParams, password, salt []byte) (key []byte, err error) {
	err = t.pass("kdf", func() error {
		sum := sha512.Sum512(append(append([]byte{}, salt...), password...))
		key = sum[:params.Length]
		return nil
	})
	return key, err
}
