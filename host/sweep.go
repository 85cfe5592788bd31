package host

import (
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// sweep removes what has expired, at start and on a timer.
func (c *courier) sweep() {
	ticker := time.NewTicker(c.enrol.options.PurgeInterval)
	defer ticker.Stop()
	cursor := ""
	for !c.stopping() {
		cursor = c.purge(cursor)
		select {
		case <-ticker.C:
		case <-c.stopped:
		}
	}
}

// purge removes until nothing more is found, and returns where to go on.
func (c *courier) purge(cursor string) string {
	for !c.stopping() {
		answer, err := c.enrol.Purge(c.ctx, signup.PurgeRequest{Cursor: cursor})
		if err != nil {
			if !c.stopping() {
				c.enrol.options.Logger.Error("purging failed and will be tried again", "error", err)
			}
			return ""
		}
		cursor = answer.Cursor
		if !answer.More {
			break
		}
	}
	return cursor
}
