package signuptest

import (
	"sync/atomic"
	"time"
)

// StartTime is the time of a new clock: 2026-09-21T14:13:20Z, in milliseconds
// since 1970.
const StartTime = int64(1_790_000_000_000)

// Clock is the time of one or more hosts. It moves only when a test moves it.
type Clock struct{ ms atomic.Int64 }

// NewClock returns a clock at StartTime.
func NewClock() *Clock {
	c := &Clock{}
	c.Set(StartTime)
	return c
}

// Now returns the time in milliseconds since 1970.
func (c *Clock) Now() int64 { return c.ms.Load() }

// Set moves the clock to a time in milliseconds since 1970.
func (c *Clock) Set(ms int64) { c.ms.Store(ms) }

// Advance moves the clock by d, in whole milliseconds; a negative d moves it
// back.
func (c *Clock) Advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }
