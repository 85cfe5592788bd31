package host

import (
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// sweep removes expired records, at start and on a timer, and moves the store
// to a new secret key if there is one.
func (c *courier) sweep() {
	ticker := time.NewTicker(c.enrol.options.PurgeInterval)
	defer ticker.Stop()
	cursor, rekeyed := "", false
	for !c.stopping() {
		cursor = c.purge(cursor)
		rekeyed = rekeyed || c.rekey()
		select {
		case <-ticker.C:
		case <-c.stopped:
		}
	}
}

// rekey makes one pass over the store, and reports whether nothing is left to
// do.
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
		switch {
		case answer.Done && !c.enrol.keys.Rotating():
			return true
		case answer.Done: // even if the last pass had nothing left to move
			logger.Info("the store uses the first of the secret keys alone and does not need the other", "records", moved)
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
