package host

import (
	"context"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// couriers is how many runs of dispatch may be under way at once, so that a
// slow service holds up as little as possible.
const couriers = 4

// batchLimit is how many events one run of dispatch looks at. A destination
// that fails is left alone for the rest of the run, so that it costs one call
// that hangs, and not one for each event.
const batchLimit = 100

// courier delivers in the background: when woken after a commit, at start, and
// on a timer.
type courier struct {
	enrol   *Enrol
	woken   chan struct{} // has room for one: waking twice is waking once
	stopped chan struct{}
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
}

func newCourier(e *Enrol) *courier {
	c := &courier{enrol: e, woken: make(chan struct{}, 1), stopped: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

func (c *courier) start() {
	if c.enrol.options.DispatchInterval < 0 {
		return
	}
	for range couriers {
		c.running.Go(c.serve)
	}
	c.running.Go(c.tick)
	if c.enrol.options.PurgeInterval > 0 {
		c.running.Go(c.sweep)
	}
	c.wake()
}

// wake says that something may be due.
func (c *courier) wake() {
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

// tick wakes a courier for what became due by time, or through others.
func (c *courier) tick() {
	ticker := time.NewTicker(c.enrol.options.DispatchInterval)
	defer ticker.Stop()
	for !c.stopping() {
		select {
		case <-ticker.C:
			c.wake()
		case <-c.stopped:
		}
	}
}

func (c *courier) serve() {
	for !c.stopping() {
		select {
		case <-c.woken:
			c.round()
		case <-c.stopped:
		}
	}
}

func (c *courier) stopping() bool {
	select {
	case <-c.stopped:
		return true
	default:
		return false
	}
}

// round delivers until nothing more is due.
func (c *courier) round() {
	logger := c.enrol.options.Logger
	for !c.stopping() {
		answer, err := c.enrol.Dispatch(c.ctx, signup.DispatchRequest{Limit: batchLimit})
		switch {
		case err != nil:
			if !c.stopping() {
				logger.Error("dispatch failed and will be tried again", "error", err)
			}
			return
		case answer.Dead > 0:
			logger.Error("events were given up after the last try", "dead", answer.Dead)
		case answer.Failed > 0:
			logger.Warn("services did not accept events, which will be tried again", "failed", answer.Failed)
		}
		if !answer.More {
			return
		}
		c.wake() // another courier helps
	}
}

// stop waits for deliveries under way until the context ends, and then gives
// them up.
func (c *courier) stop(ctx context.Context) {
	close(c.stopped)
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
