package host

import (
	"context"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host/internal/argon2"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// hashing schedules password hashes. It bounds how many run at once and their
// memory together. The others wait in lanes, one per kind of operation, which
// are bounded in number and in time, and take turns. A hash beyond that is
// refused at once with a *signup.BusyError. A burst of sign-ups therefore fills
// only its own lane, and confirms and logins continue.
type hashing struct {
	concurrency int
	memory      int64 // bytes that running hashes may take together; a single hash may take more
	queue       int   // hashes that may wait in each lane
	wait        time.Duration
	derive      func(signup.KDFParams, []byte, []byte) ([]byte, error)
	pool        *argon2.Pool

	mu      sync.Mutex
	running int
	taken   int64          // bytes of running hashes
	waiting [lanes][]*turn // the first hash of a lane is next there
	served  lane           // it got the last turn that was waited for
	average time.Duration  // recent duration of one hash; 0 before the first
}

// lane is a queue of the hashes of some operations.
type lane int

const (
	signups  lane = iota // and operations without their own lane
	confirms             // with enrol.confirm_requires_password
	verifies
	lanes = iota
)

// laneNames are the kinds of operations in metrics.
var laneNames = [lanes]string{signups: "signup", confirms: "confirm", verifies: "verify"}

func laneOf(operation string) lane {
	switch operation {
	case "confirm":
		return confirms
	case "verify", "erase":
		return verifies
	}
	return signups
}

// turn is a hash that waits.
type turn struct {
	memory int64
	given  chan struct{} // closed when it may run
}

// newHashing returns the hashing for the options. The caller must call suit
// before using it.
func newHashing(o Options) *hashing {
	pool := argon2.NewPool(o.HashMemory)
	return &hashing{
		concurrency: o.HashConcurrency, memory: o.HashMemory, queue: o.HashQueue, wait: o.HashWait,
		derive: deriver(pool), pool: pool,
	}
}

// suit sets the memory bound to what the hashes of a configuration need, unless
// the options set it.
func (h *hashing) suit(o Options, config *ssoconf.Config) {
	if o.HashMemory > 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.memory = max(256<<20, int64(h.concurrency)*int64(config.Enrol.Argon2Memory)<<10)
	h.pool.SetLimit(h.memory)
}

// hash hashes a password for an operation when it is its turn.
func (h *hashing) hash(ctx context.Context, operation string, params signup.KDFParams, password, salt []byte) ([]byte, error) {
	memory := memoryOf(params)
	if err := h.begin(ctx, laneOf(operation), memory); err != nil {
		return nil, err
	}
	began := time.Now()
	defer func() { h.end(memory, time.Since(began)) }()
	return h.derive(params, password, salt)
}

// begin waits for a turn in a lane. On error there is no turn.
func (h *hashing) begin(ctx context.Context, l lane, memory int64) error {
	h.mu.Lock()
	if _, others := h.following(); !others && h.fits(memory) {
		h.take(memory)
		h.mu.Unlock()
		return nil
	}
	if expected := h.expected(l); len(h.waiting[l]) >= h.queue || h.wait >= 0 && expected > h.wait {
		h.mu.Unlock()
		return busy(expected)
	}
	t := &turn{memory: memory, given: make(chan struct{})}
	h.waiting[l] = append(h.waiting[l], t)
	h.mu.Unlock()

	var late <-chan time.Time // never
	if h.wait >= 0 {
		timer := time.NewTimer(h.wait)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-t.given:
		return nil
	case <-late:
		return h.leave(l, t, busy(h.wait))
	case <-ctx.Done():
		return h.leave(l, t, ctx.Err())
	}
}

// leave stops waiting for a turn, unless it has it already.
func (h *hashing) leave(l lane, t *turn, why error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, other := range h.waiting[l] {
		if other == t {
			h.waiting[l] = append(h.waiting[l][:i], h.waiting[l][i+1:]...)
			h.next() // the next hash may need less memory
			return why
		}
	}
	return nil
}

// end passes on the turn of a hash and records its duration.
func (h *hashing) end(memory int64, took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running--
	h.taken -= memory
	if h.average == 0 {
		h.average = took
	}
	h.average += (took - h.average) / 8
	h.next()
}

// next gives turns to waiting hashes while there is room. The caller holds the
// lock, here and below.
func (h *hashing) next() {
	for {
		l, waits := h.following()
		if !waits || !h.fits(h.waiting[l][0].memory) {
			return
		}
		h.take(h.waiting[l][0].memory)
		close(h.waiting[l][0].given)
		h.waiting[l] = h.waiting[l][1:]
		h.served = l
	}
}

// following returns the lane whose turn is next, if any hash waits: the first
// one after the lane that was served last.
func (h *hashing) following() (l lane, waits bool) {
	for i := range lane(lanes) {
		if l = (h.served + 1 + i) % lanes; len(h.waiting[l]) > 0 {
			return l, true
		}
	}
	return 0, false
}

func (h *hashing) fits(memory int64) bool {
	return h.running == 0 || h.running < h.concurrency && h.taken+memory <= h.memory
}

func (h *hashing) take(memory int64) {
	h.running++
	h.taken += memory
}

// hashLoad is how many hashes run and wait.
type hashLoad struct {
	running int
	waiting [lanes]int
}

func (h *hashing) load() hashLoad {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := hashLoad{running: h.running}
	for l, waiting := range h.waiting {
		now.waiting[l] = len(waiting)
	}
	return now
}

// expected returns how long a new hash would wait in a lane: for the hashes
// before it there, and for as many in each other lane, since lanes take turns.
func (h *hashing) expected(l lane) time.Duration {
	turns := 0
	for _, waiting := range h.waiting {
		turns += min(len(waiting), len(h.waiting[l])+1)
	}
	return time.Duration(turns+1) * h.average / time.Duration(h.concurrency)
}

// busy refuses a hash, with the time after which to try again.
func busy(after time.Duration) error {
	const least, most = 1, 60
	return &signup.BusyError{RetryAfter: min(max(int((after+time.Second-1)/time.Second), least), most)}
}

// memoryOf estimates how much memory a hash takes, in bytes.
func memoryOf(params signup.KDFParams) int64 {
	switch params.Algorithm {
	case signup.Argon2id, signup.Argon2i, signup.Argon2d:
		return int64(params.Memory) << 10
	case signup.Scrypt: // RFC 7914, section 2
		return 128 * int64(params.BlockSize) * int64(params.Iterations+params.Parallelism)
	}
	return 0 // a few KiB
}
