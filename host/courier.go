package host

import (
	"context"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// Bounds of concurrent deliveries. They allow fewer runs of dispatch than the
// operations that one instance of the module may run, so that deliveries leave
// room for sign-ups.
const (
	maxServed       = 64  // destinations with due events, each of which has one courier
	maxHelpers      = 20  // further couriers, of all destinations together
	maxOfOne        = 4   // couriers of one destination
	maxRetriers     = 2   // couriers of one destination that also deliver events that failed before
	maxStuck        = 128 // stuck couriers, of all destinations together; the bounds above do not count them
	maxStuckOfOne   = 28  // stuck couriers of one destination
	maxBatch        = 16  // events per run of dispatch: as many calls of 30 seconds as fit into dispatchTimeout
	quick           = 100 * time.Millisecond
	patience        = time.Second // a courier whose run takes longer is stuck
	promptness      = 5 * time.Second
	pauseOfListings = 10 * time.Millisecond
	stopGrace       = 700 * time.Millisecond // for running calls when it stops
)

// courier delivers in the background: after a commit, at start, and on a timer.
// Each destination has its own couriers, so that a slow destination delays no
// other.
type courier struct {
	enrol   *Enrol
	woken   chan struct{} // has room for one, so that waking twice equals waking once
	stopped chan struct{}
	grace   time.Duration // stopGrace, or what a test sets
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	damages  damages
	waitsFor int // hosts without the new secret key, when rekey last ran

	mu      sync.Mutex
	serving map[string]serving // by the id of the destination
	due     *time.Timer        // wakes it when an event is due; nil if none is set
	dueAt   time.Time
}

// serving counts the couriers of a destination.
type serving struct {
	all   int
	fresh int // how many of them deliver only events that did not fail before
	stuck int // how many of them have a run of dispatch that takes long

	prompt time.Time // when the last event was delivered without delay
}

// bounds returns how many couriers there may be, and how many more may be stuck.
// A destination that delivers some events at once hangs for others only. Each
// stuck courier is then worth another one, so that they get through any number
// of such events, as far as the bounds of all destinations allow.
func (s serving) bounds() (busy, stuck int) {
	if s.prompt.IsZero() || time.Since(s.prompt) > promptness {
		return maxOfOne, maxStuckOfOne
	}
	return maxOfOne + s.stuck, maxStuck
}

// busy returns the number of couriers that are not stuck.
func (s serving) busy() int { return s.all - s.stuck }

func newCourier(e *Enrol) *courier {
	c := &courier{enrol: e, woken: make(chan struct{}, 1), stopped: make(chan struct{}), grace: stopGrace, serving: map[string]serving{}}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

func (c *courier) start() {
	if c.enrol.options.DispatchInterval < 0 {
		return
	}
	c.running.Go(c.serve)
	if c.enrol.options.PurgeInterval > 0 {
		c.running.Go(c.sweep)
		c.running.Go(c.move)
	}
	c.wake()
}

// wake reports that events may be due.
func (c *courier) wake() {
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

func (c *courier) stopping() bool {
	select {
	case <-c.stopped:
		return true
	case <-c.enrol.Done():
		return true // no more deliveries are possible
	default:
		return false
	}
}

// serve lists the destinations with due events whenever it is woken or the
// interval is over, and sends couriers.
func (c *courier) serve() {
	ticker := time.NewTicker(c.enrol.options.DispatchInterval)
	defer ticker.Stop()
	for !c.stopping() {
		select {
		case <-c.woken:
		case <-ticker.C:
		case <-c.stopped:
			return
		}
		c.list()
		select { // many commits at once need one listing
		case <-time.After(pauseOfListings):
		case <-c.stopped:
		}
	}
}

// list returns the destinations with due events.
func (c *courier) list() {
	answer, err := c.dispatch(signup.DispatchRequest{ListOnly: true})
	if err != nil {
		return
	}
	for _, destination := range answer.Destinations {
		if destination.More {
			c.send(destination.ID)
		}
	}
	c.wakeAt(answer.NextDue)
}

// wakeAt wakes the courier at a time before the interval is over, unless it is
// zero. There is one timer, for the earliest time.
func (c *courier) wakeAt(at time.Time) {
	if at.IsZero() {
		return
	}
	now := c.enrol.clock()
	wait := at.Sub(now)
	if wait <= 0 || wait >= c.enrol.options.DispatchInterval {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.stopping():
	case c.due == nil:
		c.due, c.dueAt = time.AfterFunc(wait, c.wake), at
	case !c.dueAt.After(now) || at.Before(c.dueAt):
		c.due.Reset(wait)
		c.dueAt = at
	}
}

// send sends a courier to a destination, if the bounds allow one more. Events
// that failed before may be those for which the service hangs: few couriers
// deliver them.
func (c *courier) send(destination string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	there := c.serving[destination]
	most, _ := there.bounds()
	switch {
	case c.stopping(), there.busy() >= most:
		return
	case there.all == 0 && len(c.serving) >= maxServed, there.busy() > 0 && c.helpers() >= maxHelpers:
		return
	}
	freshOnly := there.all-there.fresh >= maxRetriers
	there.all++
	if freshOnly {
		there.fresh++
	}
	c.serving[destination] = there
	c.running.Go(func() { c.deliver(destination, freshOnly) })
}

// helpers counts the couriers that are neither stuck nor the only ones of their
// destinations. The caller holds the lock.
func (c *courier) helpers() int {
	n := 0
	for _, there := range c.serving {
		n += max(0, there.busy()-1)
	}
	return n
}

// stick marks a courier of a destination as stuck, if the bounds allow one
// more, and reports whether they do.
func (c *courier) stick(destination string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := 0
	for _, there := range c.serving {
		all += there.stuck
	}
	there := c.serving[destination]
	if _, most := there.bounds(); all >= maxStuck || there.stuck >= most {
		return false
	}
	there.stuck++
	c.serving[destination] = there
	return true
}

// deliveredAt records that a destination delivered an event without delay.
func (c *courier) deliveredAt(destination string, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	there := c.serving[destination]
	there.prompt = at
	c.serving[destination] = there
}

// leave removes a courier from a destination.
func (c *courier) leave(destination string, freshOnly, stuck bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	there := c.serving[destination]
	there.all--
	if freshOnly {
		there.fresh--
	}
	if stuck {
		there.stuck--
	}
	if there.all > 0 {
		c.serving[destination] = there
	} else {
		delete(c.serving, destination)
	}
}

// deliver delivers to one destination until nothing more is due there, or until
// it was stuck: then another courier has taken its place. Each run delivers more
// events than the last while the destination is quick.
func (c *courier) deliver(destination string, freshOnly bool) {
	did, stuck := false, false
	for limit := 1; !stuck && !c.stopping(); {
		began := time.Now()
		answer, late, err := c.dispatchOrReplace(signup.DispatchRequest{Destination: destination, Limit: limit, FreshOnly: freshOnly})
		stuck = late
		if err != nil {
			break
		}
		if answer.Delivered+answer.Failed+answer.Dead+answer.Expired+answer.Dropped > 0 {
			did = true
			if answer.Delivered > 0 && !stuck {
				c.deliveredAt(destination, time.Now())
			}
			c.wake() // events of other destinations may have waited for these
		}
		if !answer.More {
			c.wakeAt(answer.NextDue)
			break
		}
		c.send(destination) // another one helps
		if limit = min(2*limit, maxBatch); time.Since(began) > quick {
			limit = 1
		}
	}
	c.leave(destination, freshOnly, stuck)
	if did {
		c.wake()
	}
}

// dispatchOrReplace runs dispatch once for a courier. If that takes long, the
// courier is stuck, and another one is sent to its destination.
func (c *courier) dispatchOrReplace(request signup.DispatchRequest) (answer signup.DispatchResponse, stuck bool, err error) {
	marked := make(chan bool, 1)
	timer := time.AfterFunc(patience, func() {
		stuck := c.stick(request.Destination)
		if stuck {
			c.send(request.Destination)
		}
		marked <- stuck
	})
	answer, err = c.dispatch(request)
	return answer, !timer.Stop() && <-marked, err
}

// dispatch runs dispatch once, and logs failures.
func (c *courier) dispatch(request signup.DispatchRequest) (signup.DispatchResponse, error) {
	logger := c.enrol.options.Logger
	answer, err := c.enrol.Dispatch(c.ctx, request)
	if err == nil {
		err = insist("dispatch", answer.Response)
	}
	if err != nil && !c.stopping() {
		logger.Error("dispatch failed and will be tried again", "error", err)
	}
	config := c.enrol.Config()
	for _, f := range answer.Failures {
		fields := []any{
			"event", f.Event, "kind", f.Kind, "service", serviceLabel(config, f.Destination), "failure", string(f.Failure), "reason", f.Reason, "tries", f.Tries,
		}
		switch {
		case f.Dead:
			logger.Error("a delivery was given up", fields...)
		case f.NextDue.IsZero(): // another process delivered or dropped it meanwhile
			logger.Warn("a delivery failed, but its event is settled", fields...)
		default:
			logger.Warn("a delivery failed and will be tried again", append(fields, "next_due", f.NextDue)...)
		}
	}
	c.damages.log(logger, answer.Damage)
	if answer.Expired+answer.Dropped > 0 {
		logger.Info("messages were not sent, because they were too late or replaced", "expired", answer.Expired, "dropped", answer.Dropped)
	}
	return answer, err
}

// stop starts no more deliveries, gives running ones a moment, and then cancels
// their calls, which puts their events back. It waits until the context ends.
func (c *courier) stop(ctx context.Context) {
	c.mu.Lock()
	close(c.stopped)
	if c.due != nil {
		c.due.Stop()
	}
	c.mu.Unlock()
	c.enrol.services.stop(c.grace)
	idle := make(chan struct{})
	go func() {
		c.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
	case <-ctx.Done():
	}
	c.cancel()
}
