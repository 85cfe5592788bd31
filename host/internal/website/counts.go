package website

import (
	"net/netip"
	"sync"
	"time"
)

// maxCounted bounds the memory of the counts: some 10 MB.
const maxCounted = 50_000

// wide is how many times the limit of an IPv6 /64 the /48 around it has.
const wide = 8

// Counts counts requests. Each client has a time at which its allowance is full
// again; each request moves it on (GCRA), so that a client may use its allowance at
// once, and then gets it back bit by bit. It is safe for concurrent use.
type Counts struct {
	now func() time.Time

	mu   sync.Mutex
	full map[Counted]time.Time
}

// Counted is what is counted together. In IPv6, Client is a /64; the /48 around it
// has eight times the limit.
type Counted struct {
	Kind   string // of request, such as an operation
	App    string
	Client netip.Prefix
}

// NewCounts returns counts by a clock, such as time.Now.
func NewCounts(now func() time.Time) *Counts { return &Counts{now: now, full: map[Counted]time.Time{}} }

// Take counts a request of at most limit per hour. If there were too many, it
// returns how long to wait, which is more than 0. It counts nothing without a client,
// and for a limit of 0 or less.
func (c *Counts) Take(of Counted, limit int) (wait time.Duration) {
	each := of.each(limit)
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	for key, moved := range each {
		wait = max(wait, c.fullAfter(key, moved, now).Sub(now.Add(time.Hour)))
	}
	if wait > 0 {
		return wait
	}
	if len(c.full)+len(each) > maxCounted {
		c.forget(now)
	}
	for key, moved := range each {
		c.full[key] = c.fullAfter(key, moved, now)
	}
	return 0
}

// GiveBack takes back a request that Take counted with the same limit.
func (c *Counts) GiveBack(of Counted, limit int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, moved := range of.each(limit) {
		if full, counted := c.full[key]; counted {
			c.full[key] = full.Add(-moved)
		}
	}
}

// each returns what a request is counted as, with how far it moves each time on.
func (of Counted) each(limit int) map[Counted]time.Duration {
	if limit <= 0 || !of.Client.IsValid() {
		return nil // there is nothing to count by
	}
	each := map[Counted]time.Duration{of: time.Hour / time.Duration(limit)}
	if of.Client.Addr().Is6() {
		around := of
		around.Client = netip.PrefixFrom(of.Client.Addr(), 48).Masked()
		each[around] = time.Hour / time.Duration(limit) / wide
	}
	return each
}

// fullAfter returns when an allowance is full again after one more request, which
// moves that time on.
func (c *Counts) fullAfter(key Counted, moved time.Duration, now time.Time) time.Time {
	full := c.full[key]
	if full.Before(now) || full.After(now.Add(2*time.Hour)) { // the clock was set
		full = now
	}
	return full.Add(moved)
}

// forget makes room: it forgets the clients whose allowance is full, and if that
// is not enough, some others.
func (c *Counts) forget(now time.Time) {
	for key, full := range c.full {
		if !full.After(now) {
			delete(c.full, key)
		}
	}
	for key := range c.full {
		if len(c.full) <= maxCounted*3/4 {
			break
		}
		delete(c.full, key)
	}
}
