package host

import (
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// sweep removes expired records, at start and on a timer.
func (c *courier) sweep() {
	ticker := time.NewTicker(c.enrol.options.PurgeInterval)
	defer ticker.Stop()
	for cursor := ""; !c.stopping(); {
		cursor = c.purge(cursor)
		select {
		case <-ticker.C:
		case <-c.stopped:
		}
	}
}

// move moves the store to a new secret key if there is one, at start and on a
// timer, until it is done.
func (c *courier) move() {
	for !c.stopping() && !c.rekey() {
		wait := c.enrol.options.PurgeInterval
		if c.waitsFor > 0 {
			wait = min(wait, announceEvery)
		}
		select {
		case <-time.After(wait):
		case <-c.stopped:
		}
	}
}

// rekey makes one pass over the store, and reports whether nothing is left to
// do. One goroutine runs it.
func (c *courier) rekey() (done bool) {
	logger := c.enrol.options.Logger
	moved, cursor := 0, ""
	for !c.stopping() {
		answer, err := c.enrol.Admin("").Rekey(c.ctx, signup.RekeyRequest{Cursor: cursor})
		if err == nil {
			err = insist("rekey", answer.Response)
		}
		if err != nil {
			if !c.stopping() {
				logger.Error("moving to the new secret key failed and will be tried again", "error", err)
			}
			return false
		}
		moved += answer.Moved
		waited := c.waitsFor
		c.waitsFor = answer.WaitsFor
		switch {
		case answer.WaitsFor > 0:
			if answer.WaitsFor != waited {
				logger.Warn("the store does not move to the new secret key yet: other processes that share it do not have that key: "+
					"write it behind the old one in their key files, and restart them", "processes", answer.WaitsFor)
			}
			return false
		case answer.Done && !c.enrol.keys.Rotating():
			return true
		case answer.Done: // even if the last pass had nothing left to move
			logger.Info("the store uses one secret key alone and does not need the other", "key", answer.Key, "records", moved)
			return true
		case !answer.More:
			logger.Info("the store is moving to the new secret key: keep the old one until this is done", "records", moved)
			return false
		}
		cursor = answer.Cursor
	}
	return false
}

// purge removes until nothing more is found, and returns where to continue.
func (c *courier) purge(cursor string) string {
	for !c.stopping() {
		answer, err := c.enrol.Purge(c.ctx, signup.PurgeRequest{Cursor: cursor})
		if err == nil {
			err = insist("purge", answer.Response)
		}
		if err != nil {
			if !c.stopping() {
				c.enrol.options.Logger.Error("purging failed and will be tried again", "error", err)
			}
			return ""
		}
		cursor = answer.Cursor
		c.damages.log(c.enrol.options.Logger, answer.Damage)
		if !answer.More {
			break
		}
	}
	return cursor
}
