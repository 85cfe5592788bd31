package module

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// openTrapping opens a pool of the module that misbehaves on demand.
func openTrapping(t testing.TB, change func(*Options)) *Pool {
	t.Helper()
	return openPool(t, func(o *Options) {
		o.Module = trappingModule(t)
		o.MaxMemory = 32 << 20
		if change != nil {
			change(o)
		}
	})
}

func answerAtOnce(context.Context, string, []byte) []byte { return []byte("{}") }

// held is a Do whose effects block until the test answers them.
type held struct {
	asked  chan struct{}
	answer chan struct{}
}

func newHeld() *held { return &held{make(chan struct{}, 1), make(chan struct{})} }

func (h *held) do(context.Context, string, []byte) []byte {
	h.asked <- struct{}{}
	<-h.answer
	return []byte("{}")
}

func TestTrapEndsOnlyTheOperationsOfItsInstance(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"panic", "unreachable", "memory"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			pool := openTrapping(t, func(o *Options) { o.Instances = 2 })
			// Ten operations wait, spread over two instances by load.
			const operations = 10
			errs := make([]error, operations)
			helds := make([]*held, operations)
			var wait sync.WaitGroup
			for n := range operations {
				helds[n] = newHeld()
				wait.Go(func() { _, errs[n] = pool.Run(t.Context(), "signup", []byte("fine"), helds[n].do) })
				<-helds[n].asked
			}
			if len(pool.instances) != 2 {
				t.Fatalf("%d instances", len(pool.instances))
			}
			if _, err := pool.Run(t.Context(), "signup", []byte(how), answerAtOnce); !errors.Is(err, ErrTrapped) {
				t.Errorf("the operation that trapped: %v", err)
			}
			if r := mustRun(t, pool, "signup", "fine", answerAtOnce); !r.OK() {
				t.Errorf("the next operation: %+v", r)
			}
			for _, h := range helds {
				close(h.answer)
			}
			wait.Wait()
			trapped := 0
			for _, err := range errs {
				switch {
				case errors.Is(err, ErrTrapped):
					trapped++
				case err != nil:
					t.Error(err)
				}
			}
			if trapped != operations/2 {
				t.Errorf("%d of %d operations ended with the instance", trapped, operations)
			}
			if r := mustRun(t, pool, "signup", "fine", answerAtOnce); !r.OK() {
				t.Errorf("the next operation: %+v", r)
			}
		})
	}
}

// TestBrokenInstanceIsNeverCalledAgain tries often, since a select chooses at
// random between its turn and its end.
func TestBrokenInstanceIsNeverCalledAgain(t *testing.T) {
	t.Parallel()
	pool := openTrapping(t, nil)
	i := pool.instances[0]
	if _, err := pool.Run(t.Context(), "signup", []byte("panic"), answerAtOnce); !errors.Is(err, ErrTrapped) {
		t.Fatal(err)
	}
	for range 100 {
		called := false
		_, err := i.inTurn(t.Context(), func() (output, error) {
			called = true
			return output{}, nil
		})
		if called || !errors.Is(err, ErrTrapped) {
			t.Fatalf("called: %t, %v", called, err)
		}
	}
}

func TestModuleThatBreaksTheABICountsAsTrapped(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"silent", "nothing", "outside"} {
		pool := openTrapping(t, nil)
		answer, err := pool.Run(t.Context(), "signup", []byte(how), answerAtOnce)
		if answer != nil || !errors.Is(err, ErrTrapped) {
			t.Errorf("%s: %q, %v", how, answer, err)
		}
		if r := mustRun(t, pool, "signup", "fine", answerAtOnce); !r.OK() {
			t.Errorf("%s, the next operation: %+v", how, r)
		}
	}
}

// hangs is a Do that answers the effect "now" only at the end of the test: the
// module blocks in it.
func hangs(over chan struct{}) Do {
	return func(_ context.Context, effect string, _ []byte) []byte {
		if effect == "now" {
			<-over
			return []byte("{}")
		}
		return nil
	}
}

func TestHungInstanceIsAbandoned(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	defer close(over)
	pool := openTrapping(t, func(o *Options) { o.CallTimeout = 50 * time.Millisecond })
	other := newHeld()
	otherDone := make(chan error)
	go func() {
		_, err := pool.Run(t.Context(), "signup", []byte("fine"), other.do)
		otherDone <- err
	}()
	<-other.asked
	if _, err := pool.Run(t.Context(), "signup", []byte("hang"), hangs(over)); !errors.Is(err, ErrHung) {
		t.Errorf("the operation that hung: %v", err)
	}
	close(other.answer)
	if err := <-otherDone; !errors.Is(err, ErrHung) {
		t.Errorf("the other in its instance: %v", err)
	}
	if r := mustRun(t, pool, "signup", "fine", answerAtOnce); !r.OK() {
		t.Errorf("the next operation: %+v", r)
	}
}

func TestCancelledOperationOfAHungInstanceReturns(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	defer close(over)
	pool := openTrapping(t, func(o *Options) { o.CallTimeout = 50 * time.Millisecond })
	ctx, cancel := context.WithCancel(t.Context())
	hung := make(chan error)
	other := newHeld()
	defer close(other.answer)
	otherDone := make(chan error)
	go func() {
		_, err := pool.Run(ctx, "signup", []byte("fine"), other.do)
		otherDone <- err
	}()
	<-other.asked
	go func() {
		_, err := pool.Run(t.Context(), "signup", []byte("hang"), hangs(over))
		hung <- err
	}()
	cancel()
	if err := <-otherDone; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := <-hung; !errors.Is(err, ErrHung) {
		t.Error(err)
	}
}

func TestMemoryBeyondHalfRetiresTheInstance(t *testing.T) {
	t.Parallel()
	pool := openTrapping(t, func(o *Options) { o.MaxMemory = 20 << 20 })
	first := pool.instances[0]
	other := newHeld()
	otherDone := make(chan error)
	go func() {
		_, err := pool.Run(t.Context(), "signup", []byte("fine"), other.do)
		otherDone <- err
	}()
	<-other.asked
	if r := mustRun(t, pool, "signup", "grow", answerAtOnce); !r.OK() {
		t.Errorf("the operation that made it grow: %+v", r)
	}
	if r := mustRun(t, pool, "signup", "fine", answerAtOnce); !r.OK() {
		t.Errorf("the next operation: %+v", r)
	}
	if len(pool.instances) != 1 || pool.instances[0] == first {
		t.Error("the instance was not replaced")
	}
	if first.module.IsClosed() {
		t.Error("the instance was closed under an operation")
	}
	close(other.answer)
	if err := <-otherDone; err != nil {
		t.Errorf("the running operation: %v", err)
	}
	for range 1000 {
		if first.module.IsClosed() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the instance was never closed")
}

func TestInputBeyondTheLimitLeavesTheInstanceAlone(t *testing.T) {
	t.Parallel()
	pool := openPool(t, nil)
	first := pool.instances[0]
	store := openStore(t, pool)
	huge := bytes.Repeat([]byte(" "), maxInput+1)
	if _, err := pool.Run(t.Context(), "get", huge, newStage(store, 1).do); err == nil || errors.Is(err, ErrTrapped) {
		t.Errorf("a huge request: %v", err)
	}
	for _, immediate := range []bool{false, true} {
		pool.options.Immediate = func(string) bool { return immediate }
		r := mustRun(t, pool, "get", `{"username":"nobody"}`, func(ctx context.Context, effect string, request []byte) []byte {
			if effect == "kv_get" {
				return append([]byte(`{"values":[null,null]}`), huge...)
			}
			return newStage(store, 1).do(ctx, effect, request)
		})
		if r.Status != "error" || r.Fault == "" || strings.Contains(r.Fault, "never opened") {
			t.Errorf("a huge answer, immediate %t: %+v", immediate, r)
		}
	}
	if pool.instances[0] != first {
		t.Error("the instance was replaced")
	}
}

func TestEveryTrapIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	pool := openTrapping(t, func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	for range 3 {
		pool.Run(t.Context(), "signup", []byte("panic"), answerAtOnce)
	}
	if got := strings.Count(log.String(), "level=ERROR"); got != 3 || strings.Contains(log.String(), "goroutine") {
		t.Errorf("the log is\n%s", &log)
	}
}
