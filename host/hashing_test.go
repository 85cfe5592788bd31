package host

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// held is a hashing whose hashes block until the test releases them.
func held(o Options) (h *hashing, running, release chan struct{}) {
	running, release = make(chan struct{}, 1000), make(chan struct{})
	h = newHashing(o)
	h.suit(o, &ssoconf.Config{})
	h.derive = func(params signup.KDFParams, _, _ []byte) ([]byte, error) {
		running <- struct{}{}
		<-release
		return make([]byte, params.Length), nil
	}
	return h, running, release
}

// waits checks that n hashes wait for their turn, once all goroutines are blocked.
func (h *hashing) waits(t *testing.T, n int) {
	t.Helper()
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := len(h.waiting[signups]) + len(h.waiting[confirms]) + len(h.waiting[verifies]); now != n {
		t.Fatalf("%d hashes wait, want %d", now, n)
	}
}

func retryAfter(err error) int {
	if busy, ok := errors.AsType[*signup.BusyError](err); ok {
		return busy.RetryAfter
	}
	return 0
}

// A thousand at once: some get a turn, and all others learn at once when to try
// again. Operations without a hash are served meanwhile. A refused user has no
// account and gets one later.
func TestBurstOfSignupsIsRefusedBeyondTheQueue(t *testing.T) {
	const burst, concurrency, queue = 1000, 2, 50
	modes(t, func(t *testing.T, native bool) {
		synctest.Test(t, func(t *testing.T) {
			trail := &memoryAudit{}
			i := start(t, native, func(o *Options) {
				o.HashConcurrency, o.HashQueue, o.HashWait = concurrency, queue, -1
				o.Instances = 1
				o.Audit = trail
			})
			token := i.signUp(t, ada())
			trail.reset()
			h, _, release := held(Options{HashConcurrency: concurrency, HashQueue: queue, HashWait: -1})
			i.hashing = h
			var burstEnds sync.WaitGroup
			refused := make(chan signup.SignupResponse, burst)
			accepted := make(chan signup.SignupResponse, burst)
			for n := range burst {
				burstEnds.Go(func() {
					answer, err := i.Signup(t.Context(), numbered(n))
					if err != nil {
						t.Errorf("%d: %v", n, err)
					}
					if answer.OK() {
						accepted <- answer
					} else {
						refused <- answer
					}
				})
			}
			for range burst - concurrency - queue {
				answer := <-refused
				if len(answer.SubStatus) != 1 || answer.SubStatus[0] != signup.Busy || answer.RetryAfter < 1 || answer.Fault != "" || answer.ConfirmToken != "" {
					t.Errorf("refused with %+v", answer)
				}
			}
			// The others wait, and delay no operation without a hash.
			if answer, err := i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: token}); err != nil || !answer.OK() {
				t.Errorf("confirm: %+v %v", answer, err)
			}
			if answer, err := i.Get(t.Context(), signup.GetRequest{Username: "ada"}); err != nil || !answer.OK() {
				t.Errorf("get: %+v %v", answer, err)
			}
			close(release)
			burstEnds.Wait()
			if len(accepted) != concurrency+queue || len(refused) != 0 {
				t.Errorf("%d accepted, %d more refused", len(accepted), len(refused))
			}
			attempts, decisions, busy := trail.signups()
			if attempts != burst || decisions != burst || busy != burst-concurrency-queue {
				t.Errorf("the trail has %d attempts and %d decisions, %d of them busy", attempts, decisions, busy)
			}
			if answer, err := i.Verify(t.Context(), signup.VerifyRequest{Username: "nobody", Password: "x"}); err != nil || answer.OK() {
				t.Errorf("verify afterwards: %+v %v", answer, err)
			}
		})
	})
}

// Sign-ups fill only their own lane: confirms with the password and logins get
// turns in between, and are not refused.
func TestBurstOfSignupsDoesNotDelayConfirmsAndLogins(t *testing.T) {
	const burst, concurrency, queue = 1000, 2, 50
	modes(t, func(t *testing.T, native bool) {
		synctest.Test(t, func(t *testing.T) {
			i := start(t, native, func(o *Options) {
				o.Conf = confWith("enrol", "confirm_requires_password=True")
				o.HashConcurrency, o.HashQueue, o.HashWait = concurrency, queue, -1
				o.Instances = 1
			})
			person := ada()
			token := i.signUp(t, person)
			h, running, release := held(Options{HashConcurrency: concurrency, HashQueue: queue, HashWait: -1})
			derive := h.derive
			h.derive = func(params signup.KDFParams, password, salt []byte) ([]byte, error) {
				if _, err := derive(params, password, salt); err != nil {
					return nil, err
				}
				return signup.DeriveKey(params, password, salt)
			}
			i.hashing = h
			var all sync.WaitGroup
			refused := make(chan struct{}, burst)
			for n := range burst {
				all.Go(func() {
					if answer, _ := i.Signup(t.Context(), numbered(n)); !answer.OK() {
						refused <- struct{}{}
					}
				})
			}
			for range burst - concurrency - queue {
				<-refused
			}
			for range concurrency {
				<-running
			}
			confirmed, verified := make(chan signup.ConfirmResponse, 1), make(chan signup.VerifyResponse, 1)
			all.Go(func() {
				answer, _ := i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: token, Password: person.Password})
				confirmed <- answer
			})
			h.waits(t, queue+1)
			all.Go(func() {
				answer, _ := i.Verify(t.Context(), signup.VerifyRequest{Username: "nobody", Password: "x"})
				verified <- answer
			})
			h.waits(t, queue+2)
			for range 2 * lanes { // some hashes end, and most sign-ups still wait
				release <- struct{}{}
			}
			if answer := <-confirmed; !answer.OK() {
				t.Errorf("confirm: %+v", answer)
			}
			if answer := <-verified; len(answer.SubStatus) != 1 || answer.SubStatus[0] == signup.Busy {
				t.Errorf("verify: %+v", answer)
			}
			close(release)
			all.Wait()
			if len(refused) != 0 {
				t.Errorf("%d more were refused", len(refused))
			}
		})
	})
}

// A hash waits for the ones before it in its lane, and for as many of the other
// lanes.
func TestExpectedWaitCountsTheTurnsOfOtherLanes(t *testing.T) {
	h := newHashing(Options{HashConcurrency: 2})
	h.average = time.Second
	h.waiting[signups], h.waiting[verifies] = make([]*turn, 9), make([]*turn, 3)
	for l, want := range map[lane]time.Duration{signups: 13, confirms: 3, verifies: 8} {
		if got := h.expected(l); got != want*time.Second/2 {
			t.Errorf("lane %d: %v", l, got)
		}
	}
}

// memoryAudit keeps the audit trail in memory.
type memoryAudit struct {
	mu      sync.Mutex
	entries []AuditEntry
}

func (a *memoryAudit) Append(_ context.Context, entry AuditEntry) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.entries = append(a.entries, entry)
	return nil
}

func (a *memoryAudit) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.entries = nil
}

// signups counts the entries about signups.
func (a *memoryAudit) signups() (attempts, decisions, busy int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, entry := range a.entries {
		switch {
		case entry.Op == "user.signup" && entry.Result == "":
			attempts++
		case entry.Op == "user.signup" || entry.Op == "user.create_user":
			decisions++
			if len(entry.Extra.SubStatus) == 1 && entry.Extra.SubStatus[0] == signup.Busy {
				busy++
			}
		}
	}
	return attempts, decisions, busy
}

func TestHashThatWouldWaitTooLongIsRefused(t *testing.T) {
	for _, test := range []struct {
		average, wait time.Duration
		waiting       int
		retryAfter    int // 0: it may wait
	}{
		{0, time.Second, 3, 0}, // no duration is known yet
		{100 * time.Millisecond, time.Second, 18, 0},
		{100 * time.Millisecond, time.Second, 20, 2},
		{3 * time.Second, time.Second, 0, 2},
		{3 * time.Second, -1, 50, 0},
		{10 * time.Minute, time.Second, 0, 60},
	} {
		synctest.Test(t, func(t *testing.T) {
			h, running, release := held(Options{HashConcurrency: 2, HashQueue: 100, HashWait: -1})
			var all sync.WaitGroup
			for range 2 + test.waiting {
				all.Go(func() { h.hash(t.Context(), "signup", signup.KDFParams{}, nil, nil) })
			}
			h.waits(t, test.waiting)
			<-running
			<-running
			h.mu.Lock()
			h.average, h.wait = test.average, test.wait
			h.mu.Unlock()
			if test.retryAfter > 0 {
				if _, err := h.hash(t.Context(), "signup", signup.KDFParams{}, nil, nil); retryAfter(err) != test.retryAfter {
					t.Errorf("%+v: %v", test, err)
				}
			} else {
				all.Go(func() {
					if _, err := h.hash(t.Context(), "signup", signup.KDFParams{}, nil, nil); err != nil && test.wait < 0 {
						t.Errorf("%+v: %v", test, err)
					}
				})
				h.waits(t, test.waiting+1)
			}
			close(release)
			all.Wait()
		})
	}
}

// No hash waits longer than the bound, whatever was expected.
func TestHashDoesNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, running, release := held(Options{HashConcurrency: 1, HashQueue: 10, HashWait: 10 * time.Millisecond})
		var first sync.WaitGroup
		first.Go(func() { h.hash(t.Context(), "signup", signup.KDFParams{}, nil, nil) })
		<-running
		if _, err := h.hash(t.Context(), "signup", signup.KDFParams{}, nil, nil); retryAfter(err) != 1 {
			t.Errorf("after a long wait: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		h.wait = -1
		if _, err := h.hash(ctx, "signup", signup.KDFParams{}, nil, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("after the caller hung up: %v", err)
		}
		close(release)
		first.Wait()
		if _, waits := h.following(); h.running != 0 || waits {
			t.Errorf("%d run, %v wait", h.running, h.waiting)
		}
	})
}

// Hashes that take much memory do not run together, and one that exceeds the
// bound runs alone.
func TestHashesShareTheMemory(t *testing.T) {
	argon := func(mib int) signup.KDFParams {
		return signup.KDFParams{Algorithm: signup.Argon2id, Memory: mib << 10, Length: 1}
	}
	for _, test := range []struct {
		hashes  []signup.KDFParams
		running int // of these at once
	}{
		{[]signup.KDFParams{argon(30), argon(30), argon(30), argon(30)}, 3},
		{[]signup.KDFParams{argon(100), argon(1)}, 1},
		{[]signup.KDFParams{argon(101), argon(1)}, 1},
		{[]signup.KDFParams{{Algorithm: signup.Scrypt, Iterations: 1 << 19, BlockSize: 1, Parallelism: 1}, argon(30), argon(30)}, 2},
		{[]signup.KDFParams{{Algorithm: signup.PBKDF2SHA512}, {Algorithm: signup.Bcrypt}, argon(100)}, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			h, running, release := held(Options{HashConcurrency: 8, HashQueue: 8, HashWait: -1, HashMemory: 100 << 20})
			var all sync.WaitGroup
			for n, params := range test.hashes {
				all.Go(func() { h.hash(t.Context(), "signup", params, nil, nil) })
				if n < test.running {
					<-running
				} else {
					h.waits(t, n-test.running+1)
				}
			}
			if len(running) != 0 {
				t.Errorf("%+v: more than %d run", test.hashes, test.running)
			}
			close(release)
			all.Wait()
			if h.taken != 0 || h.running != 0 {
				t.Errorf("%+v: %d bytes are taken", test.hashes, h.taken)
			}
		})
	}
}

func TestHashMemoryFollowsTheConfiguration(t *testing.T) {
	for _, test := range []struct {
		o           Options
		usual, want int64
	}{
		{Options{HashConcurrency: 2}, 19 << 20, 256 << 20},
		{Options{HashConcurrency: 64}, 19 << 20, 64 * 19 << 20},
		{Options{HashConcurrency: 64, HashMemory: 1}, 19 << 20, 1},
	} {
		config := &ssoconf.Config{}
		config.Enrol.Argon2Memory = int(test.usual >> 10)
		h := newHashing(test.o)
		if h.suit(test.o, config); h.memory != test.want {
			t.Errorf("%s: %d, want %d", fmt.Sprint(test.o.HashConcurrency), h.memory, test.want)
		}
	}
}
