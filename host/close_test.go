package host

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// TestCloseFinishesWhatWasAccepted closes during many sign-ups: each either has
// an account in the store or got an error.
func TestCloseFinishesWhatWasAccepted(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		i := start(t, native, func(o *Options) { o.Store, o.Instances, o.HashWait = store, 2, -1 })
		tokens := make([]signup.Secret, crowd)
		var done atomic.Int32
		var wait sync.WaitGroup
		for n := range crowd {
			wait.Go(func() {
				defer done.Add(1)
				answer, err := i.Signup(t.Context(), numbered(n))
				switch {
				case err == nil && answer.OK():
					tokens[n] = answer.ConfirmToken
				case err == nil || !signupBusy(err):
					t.Errorf("%+v, %v", answer, err)
				case !strings.Contains(err.Error(), "shutting down"):
					t.Errorf("it was accepted, and then: %v", err)
				}
			})
		}
		eventually(t, "the first accounts", func() bool { return done.Load() >= 5 })
		if err := i.Close(t.Context()); err != nil {
			t.Error(err)
		}
		wait.Wait()
		again := start(t, native, func(o *Options) { o.Store = store })
		accounts := 0
		for n, token := range tokens {
			got, err := again.Get(t.Context(), signup.GetRequest{Username: numbered(n).Username})
			if err != nil || got.OK() != (token != "") {
				t.Errorf("%d: acknowledged %t, there %t, %v", n, token != "", got.OK(), err)
			}
			if token != "" {
				accounts++
				again.confirm(t, token)
			}
		}
		if accounts < 5 {
			t.Errorf("%d accounts", accounts)
		}
	})
}

func TestCloseWaitsForDeliveries(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		begun, over := make(chan struct{}), make(chan struct{})
		store := memory.New()
		i := start(t, native, func(o *Options) {
			o.Store = store
			o.Conf = confWith("signup", "callback_service_list=slow")
			o.DispatchInterval = never
			o.Services = map[string]Service{"slow": func(context.Context, signup.ServiceCall) (string, error) {
				close(begun)
				<-over
				return "", nil
			}}
		})
		i.courier.grace = time.Minute
		i.signUp(t, ada())
		<-begun
		closed := make(chan error)
		go func() { closed <- i.Close(t.Context()) }()
		eventually(t, "the refusal of new operations", func() bool {
			_, err := i.Validate(t.Context(), ada())
			return err != nil
		})
		select {
		case err := <-closed:
			t.Fatalf("close came back first: %v", err)
		default:
		}
		close(over)
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if events, err := store.Scan(t.Context(), "event/", "", 10); err != nil || len(events) > 0 {
			t.Errorf("%d events are left, %v", len(events), err)
		}
		if log := i.log.String(); log != "" {
			t.Errorf("the log is\n%s", log)
		}
	})
}

// TestCloseGivesUpWithItsContext leaves an event that the next start delivers.
func TestCloseGivesUpWithItsContext(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		begun, over := make(chan struct{}), make(chan struct{})
		defer close(over)
		i := start(t, native, func(o *Options) {
			o.Conf = confWith("signup", "callback_service_list=slow")
			o.DispatchInterval = never
			o.Services = map[string]Service{"slow": func(context.Context, signup.ServiceCall) (string, error) {
				close(begun)
				<-over
				return "", nil
			}}
		})
		i.signUp(t, ada())
		<-begun
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := i.Close(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if events, err := i.store.Scan(t.Context(), "event/", "", 10); err != nil || len(events) != 1 {
			t.Errorf("%d events are left, %v", len(events), err)
		}
	})
}

// TestCloseThatGaveUpReleasesTheModule does not leave an instance behind for
// the rest of the program.
func TestCloseThatGaveUpReleasesTheModule(t *testing.T) {
	t.Parallel()
	begun, over := make(chan struct{}), make(chan struct{})
	i := start(t, false, func(o *Options) {
		o.Conf = rulesConf
		o.Services = map[string]Service{"rules": func(context.Context, signup.ServiceCall) (string, error) {
			close(begun)
			<-over
			return `{"is_valid":true}`, nil
		}}
	})
	done := make(chan error)
	go func() {
		_, err := i.Signup(t.Context(), ada())
		done <- err
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := i.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(over)
	if err := <-done; err != nil {
		t.Errorf("what was accepted: %v", err)
	}
	if _, err := i.current.runner.(sandbox).pool.Run(t.Context(), "get", nil, nil); !errors.Is(err, module.ErrClosed) {
		t.Errorf("the pool is open: %v", err)
	}
}
