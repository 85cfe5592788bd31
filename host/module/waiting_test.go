package module

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

func TestInstanceRefusesMoreThan1024WaitingOperations(t *testing.T) {
	t.Parallel()
	const limit = 1024
	pool := openPool(t, nil)
	store := openStore(t, pool)
	pool.room = make(chan struct{}, limit+8) // beyond the limit of Options
	release := make(chan struct{})
	asked := make(chan struct{}, limit+8)
	var wait sync.WaitGroup
	for range limit {
		wait.Go(func() {
			s := newStage(store, 1)
			answer, err := pool.Run(t.Context(), "get", []byte(`{"username":"nobody"}`), func(ctx context.Context, effect string, request []byte) []byte {
				if effect == "kv_get" {
					asked <- struct{}{}
					<-release
				}
				return s.do(ctx, effect, request)
			})
			if err != nil || !slices.Equal(readResponse(t, answer).SubStatus, []signup.Code{signup.UserIDInvalid}) {
				t.Errorf("%s, %v", answer, err)
			}
		})
	}
	for range limit {
		<-asked
	}
	for range 3 {
		r := mustRun(t, pool, "get", `{"username":"nobody"}`, newStage(store, 1).do)
		if r.Status != signup.StatusError || !slices.Equal(r.SubStatus, []signup.Code{signup.Busy}) || r.Fault == "" {
			t.Errorf("the one too many is answered %+v", r)
		}
	}
	close(release)
	wait.Wait()
	if r := mustRun(t, pool, "get", `{"username":"nobody"}`, newStage(store, 1).do); r.SubStatus[0] != signup.UserIDInvalid {
		t.Errorf("afterwards: %+v", r)
	}
}

// cancelAt runs an operation whose context ends in its n-th effect, and reports
// whether it had that many.
func cancelAt(t *testing.T, pool *Pool, s *stage, name, request string, n int) bool {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	block := make(chan struct{})
	defer close(block)
	answer, err := pool.Run(ctx, name, []byte(request), func(ctx context.Context, effect string, request []byte) []byte {
		if n--; n == 0 {
			cancel()
			<-block // does not answer during the test
		}
		return s.do(ctx, effect, request)
	})
	if n > 0 {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return false
	}
	if answer != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%s, cancelled: %q, %v", name, answer, err)
	}
	return true
}

// TestOperationsCanBeCancelledInEveryEffect counts goroutines, so it is not
// parallel.
func TestOperationsCanBeCancelledInEveryEffect(t *testing.T) {
	pool := openPool(t, func(o *Options) { o.Immediate = func(string) bool { return false } })
	store := openStore(t, pool)
	before := runtime.NumGoroutine()
	requests := map[string]string{
		"open": "{}", "validate": `{"ctx":{}}`, "signup": signupRequest(1), "get": `{"username":"user1"}`,
		"confirm": `{"confirm_token":"` + strings.Repeat("A", 32) + `"}`, "dispatch": "{}",
	}
	for _, name := range signup.Operations() {
		n := 1
		for cancelAt(t, pool, newStage(store, 1), name, requests[name], n) {
			n++
		}
		if n < 3 {
			t.Errorf("%s has %d effects", name, n-1)
		}
	}
	for n := range 20 {
		if r := mustRun(t, pool, "signup", signupRequest(100+n), newStage(store, uint64(n+10)).do); !r.OK() {
			t.Errorf("afterwards: %+v", r)
		}
	}
	if len(pool.instances) != 1 {
		t.Error("cancelling broke the instance")
	}
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestCancelledOperationsLeaveNothingInTheInstance(t *testing.T) {
	t.Parallel()
	pool := openPool(t, nil)
	store := openStore(t, pool)
	for range 1100 { // more than can wait at once
		if !cancelAt(t, pool, newStage(store, 1), "get", `{"username":"nobody"}`, 3) {
			t.Fatal("get has fewer effects")
		}
	}
	if r := mustRun(t, pool, "get", `{"username":"nobody"}`, newStage(store, 1).do); r.SubStatus[0] != signup.UserIDInvalid {
		t.Errorf("afterwards: %+v", r)
	}
}

// TestLateAnswersAreRefused calls the instance as a host with a bug would.
func TestLateAnswersAreRefused(t *testing.T) {
	t.Parallel()
	pool := openPool(t, nil)
	store := openStore(t, pool)
	i := pool.instances[0]
	s := newStage(store, 1)
	begin := func() (*operation, output) {
		op := &operation{ctx: t.Context(), do: s.do}
		out, err := i.call(t.Context(), op, "get", []byte(`{"username":"nobody"}`))
		if err != nil || out.answer != nil || op.asked == nil {
			t.Fatalf("%+v, %v", out, err)
		}
		return op, out
	}
	refused := func(what string, number uint32) {
		t.Helper()
		i.turn <- struct{}{}
		defer func() { <-i.turn }()
		if _, err := i.export("resume", []byte(`{"values":[null,null]}`), uint64(number)); !errors.Is(err, errRefused) {
			t.Errorf("%s: resume gives %v", what, err)
		}
		if done, err := i.invoke("cancel", uint64(number)); done != 0 || err != nil {
			t.Errorf("%s: cancel gives %d, %v", what, done, err)
		}
	}
	_, cancelled := begin()
	i.cancel(cancelled.number)
	refused("after cancel", cancelled.number)

	op, out := begin()
	if out.number <= cancelled.number {
		t.Errorf("operation %d comes after %d", out.number, cancelled.number)
	}
	number := out.number
	for out.answer == nil {
		answer, err := op.perform()
		if err == nil {
			out, err = i.call(t.Context(), op, "resume", answer, uint64(number))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	refused("after the end", number)
	refused("of no operation", 0)
	refused("of one to come", number+1)
	if r := mustRun(t, pool, "get", `{"username":"nobody"}`, s.do); r.SubStatus[0] != signup.UserIDInvalid {
		t.Errorf("afterwards: %+v", r)
	}
}

func TestContextThatEndedStartsNothing(t *testing.T) {
	t.Parallel()
	pool := openPool(t, nil)
	store := openStore(t, pool)
	pool.room = make(chan struct{}) // full
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pool.Run(ctx, "get", []byte("{}"), newStage(store, 1).do); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := pool.Run(ctx, "get", []byte("{}"), newStage(store, 1).do); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
