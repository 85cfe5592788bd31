package host

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

var errDisk = errors.New("the disk is full")

// faulty is a store whose calls of one kind fail once it is armed.
type faulty struct {
	between
	armed atomic.Bool
}

func newFaulty(call string, how func(context.Context) error) *faulty {
	f := &faulty{}
	f.Store = memory.New()
	f.before = func(ctx context.Context, now string) error {
		if f.armed.Load() && now == call {
			return how(ctx)
		}
		return nil
	}
	return f
}

func mustBe(t *testing.T, err error, code signup.Code, text string) {
	t.Helper()
	var fault *signup.Error
	if !errors.As(err, &fault) || fault.Code != code || !strings.Contains(err.Error(), text) {
		t.Errorf("the error is %v, want %s with %q", err, code, text)
	}
}

func TestFailuresOfTheStoreAreFaults(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for _, call := range []string{"get", "commit"} {
			store := newFaulty(call, func(context.Context) error { return errDisk })
			i := start(t, native, func(o *Options) { o.Store = store })
			store.armed.Store(true)
			_, err := i.Signup(t.Context(), ada())
			mustBe(t, err, signup.Busy, call+": the disk is full")
			response, data := i.Run(t.Context(), "signup", mustJSON(t, ada()))
			if response.CID == "" || response.Status != signup.StatusError || response.SubStatus[0] != signup.Busy || !strings.Contains(string(data), "disk") {
				t.Errorf("%s", data)
			}
			store.armed.Store(false)
			i.signUp(t, ada())
		}
	})
}

func mustJSON(t testing.TB, request interface{ JSON() ([]byte, error) }) []byte {
	t.Helper()
	data, err := request.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCommitsOfUnknownOutcomeAreChecked(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := &between{Store: memory.New(), before: func(context.Context, string) error { return nil }}
		i := start(t, native, func(o *Options) { o.Store = store })
		lost := 0
		store.after = func(string) error {
			if lost++; lost == 1 {
				return fmt.Errorf("the line broke: %w", kv.ErrUnknown)
			}
			return nil
		}
		id := i.confirm(t, i.signUp(t, ada()))
		if got, err := i.Get(t.Context(), signup.GetRequest{Username: "ada"}); err != nil || got.User.UserID != id {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestContentionIsRetried(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		conflicts := 0
		store := newFaulty("commit", func(context.Context) error {
			if conflicts++; conflicts <= 2 {
				return kv.ErrConflict
			}
			return nil
		})
		i := start(t, native, func(o *Options) { o.Store = store })
		store.armed.Store(true)
		i.signUp(t, ada())
		conflicts = -100
		_, err := i.Signup(t.Context(), person("bob", "bob@example.com"))
		mustBe(t, err, signup.Busy, "")
	})
}

func TestFailureOfTheAuditTrailFailsTheOperation(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		i.trail.err = errDisk
		_, err := i.Signup(t.Context(), ada())
		mustBe(t, err, signup.Busy, "audit: the disk is full")
		i.trail.err = nil
		if entries, err := i.store.Scan(t.Context(), "name/", "", 1); err != nil || len(entries) > 0 {
			t.Errorf("%v, %v: an account without an audit trail", entries, err)
		}
		i.signUp(t, ada())
	})
}

func TestPanickingStoreIsAFault(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := newFaulty("get", func(context.Context) error { panic("a bug with a secret in it") })
		i := start(t, native, func(o *Options) { o.Store = store })
		store.armed.Store(true)
		_, err := i.Signup(t.Context(), ada())
		var fault *signup.Error
		if !errors.As(err, &fault) || strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
		store.armed.Store(false)
		i.signUp(t, ada())
	})
}

// forever never answers while the test runs, even after its context ends.
func forever(t *testing.T) func(context.Context) error {
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	return func(context.Context) error {
		<-over
		return errors.New("over")
	}
}

type stuckAudit struct{ wait func(context.Context) error }

func (a stuckAudit) Append(ctx context.Context, _ AuditEntry) error { return a.wait(ctx) }

func TestNothingThatBlocksForeverBlocksTheCaller(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for name, change := range map[string]func(t *testing.T, o *Options) (arm func()){
			"get": func(t *testing.T, o *Options) func() {
				store := newFaulty("get", forever(t))
				o.Store = store
				return func() { store.armed.Store(true) }
			},
			"commit": func(t *testing.T, o *Options) func() {
				store := newFaulty("commit", forever(t))
				o.Store = store
				return func() { store.armed.Store(true) }
			},
			"audit": func(t *testing.T, o *Options) func() {
				o.Audit = stuckAudit{forever(t)}
				return func() {}
			},
			"service": func(t *testing.T, o *Options) func() {
				wait := forever(t)
				o.Conf = testConf + "[user_validation]\nservice=rules\n"
				o.Services = map[string]Service{"rules": func(ctx context.Context, _ signup.ServiceCall) (string, error) { return "", wait(ctx) }}
				return func() {}
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var arm func()
				i := start(t, native, func(o *Options) {
					arm = change(t, o)
					o.Timeout = 500 * time.Millisecond
				})
				arm()
				_, err := i.Signup(t.Context(), ada())
				mustBe(t, err, signup.Busy, "timed out")

				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				_, err = i.Signup(ctx, ada())
				mustBe(t, err, signup.Busy, "")
			})
		}
	})
}

func TestDeadlineOfTheCallerCounts(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := newFaulty("commit", func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		i := start(t, native, func(o *Options) { o.Store = store })
		store.armed.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := i.Signup(ctx, ada())
		mustBe(t, err, signup.Busy, "")
		store.armed.Store(false)
		i.signUp(t, ada())
	})
}

// TestPasswordsWaitForTheirTurnToBeHashed occupies the only slot.
func TestPasswordsWaitForTheirTurnToBeHashed(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(o *Options) { o.HashConcurrency = 1 })
		if err := i.hashing.begin(t.Context(), signups, 0); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := i.Signup(ctx, ada())
		mustBe(t, err, signup.Busy, "")
		i.hashing.end(0, 0)
		i.signUp(t, ada())
		if _, waits := i.hashing.following(); waits || i.hashing.running != 0 || i.hashing.taken != 0 {
			t.Error("the place is not free")
		}
	})
}

// signupBusy reports whether an error asks to try again.
func signupBusy(err error) bool {
	var fault *signup.Error
	return errors.As(err, &fault) && fault.Code == signup.Busy
}
