package admin

import "time"

// SetClock sets the time of new handlers, and returns what sets it back.
func SetClock(now func() time.Time) (restore func()) {
	before := clock
	clock = now
	return func() { clock = before }
}
