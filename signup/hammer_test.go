package signup

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// patient repeats an operation while the store is too busy, as a caller would.
func (w *world) patient(operation string, request any) reply {
	for {
		if r := w.run(operation, request); r.Fault == "" {
			return r
		}
	}
}

func TestManySignupsForOneName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, informed()...)
	var won, lost atomic.Int32
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			username := []string{"ada", "ADA", "Ada", "ａｄａ"}[i%4]
			r := w.fork(uint64(i)).patient("signup", ask(username, fmt.Sprintf("user%d@example.com", i)))
			switch {
			case r.OK():
				won.Add(1)
			case r.codes() == "E001002":
				lost.Add(1)
			default:
				t.Errorf("got %s", r.text)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 || lost.Load() != 199 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
	w.checkInvariants()
}

func TestManyConfirmsOfOneAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tokens := make([]string, 200)
	for i := range tokens {
		tokens[i] = w.claim(fmt.Sprintf("user%d", i), "ada@example.com")
	}
	var won, lost atomic.Int32
	var group sync.WaitGroup
	for i, token := range tokens {
		group.Go(func() {
			r := w.fork(uint64(i)).patient("confirm", ConfirmRequest{ConfirmToken: Secret(token)})
			switch {
			case r.OK():
				won.Add(1)
			case r.codes() == "E005001":
				lost.Add(1)
			default:
				t.Errorf("got %s", r.text)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 || lost.Load() != 199 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
	w.checkInvariants()
}

func TestOneTokenManyTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False")
	token := w.claim("ada", "ada@example.com")
	var won atomic.Int32
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() {
			r := w.fork(uint64(i)).patient("confirm", ConfirmRequest{ConfirmToken: Secret(token)})
			if r.OK() {
				won.Add(1)
			} else if r.codes() != "E005007" {
				t.Errorf("got %s", r.text)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 || len(w.list(record.EventPrefix)) != 3 {
		t.Errorf("%d won, %d events", won.Load(), len(w.list(record.EventPrefix)))
	}
	w.checkInvariants()
}

// All operations concurrently over few names and addresses.
func TestAllOperationsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.confirm_within=1", "signup.is_approval_needed=False", "enrol.buckets=4")
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			f := w.fork(uint64(i))
			for n := range 40 {
				f.pass(int64((i*7+n*13)%20) * 1000)
				r := f.patient("signup", ask(fmt.Sprintf("user%d", (i+n)%5), fmt.Sprintf("a%d@example.com", (i*n)%3)))
				if n%2 == 0 {
					f.patient("confirm", ConfirmRequest{ConfirmToken: Secret(r.ConfirmToken)})
				}
				f.patient("dispatch", DispatchRequest{Limit: 3})
			}
		})
	}
	group.Wait()
	w.checkInvariants()
	w.pass(60 * minute)
	for len(w.list(record.OutboxPrefix)) > 0 {
		w.mustRun("dispatch", DispatchRequest{Limit: 100})
		w.pass(minute)
	}
}
