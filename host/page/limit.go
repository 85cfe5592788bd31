package page

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Limits are how many requests of each kind one client address may make through
// one application in an hour. 0 is the default, a negative number no limit. In
// IPv6, a /64 counts as one address, and a /48 has eight times the limit.
//
// They are counted in the memory of this process. Where enrol.rate_signup,
// rate_confirm or rate_resend is set and higher, that limit replaces the one here.
// The core counts those too, for all processes together, but not the requests that
// it refuses before.
type Limits struct {
	Signup   int // 30 by default
	Confirm  int // 60
	Resend   int // 30
	Validate int // 3,600: forms check while a user types
}

// defaultLimits are the defaults of Limits.
var defaultLimits = Limits{Signup: 30, Confirm: 60, Resend: 30, Validate: 3_600}

// limitOf returns the limit of an operation that this process counts, 0 for none.
func (l Limits) limitOf(operation string, config *ssoconf.Config) int {
	given, byDefault, shared := l.Validate, defaultLimits.Validate, 0
	switch operation {
	case "signup":
		given, byDefault, shared = l.Signup, defaultLimits.Signup, config.Enrol.RateSignup
	case "confirm":
		given, byDefault, shared = l.Confirm, defaultLimits.Confirm, config.Enrol.RateConfirm
	case "resend":
		given, byDefault, shared = l.Resend, defaultLimits.Resend, config.Enrol.RateResend
	}
	switch {
	case given < 0:
		return 0
	case given == 0:
		given = byDefault
	}
	return max(given, shared)
}

// maxCounted bounds the memory of the counts: some 10 MB.
const maxCounted = 50_000

// wide is how many times the limit of an IPv6 /64 the /48 around it has.
const wide = 8

// counts counts requests. Each client has a time at which its allowance is full
// again; each request moves it on (GCRA), so that a client may use its allowance at
// once, and then gets it back bit by bit.
type counts struct {
	now func() time.Time

	mu   sync.Mutex
	full map[counted]time.Time
}

// counted is what is counted together.
type counted struct {
	operation, app string
	client         netip.Prefix
}

func newCounts(now func() time.Time) *counts { return &counts{now: now, full: map[counted]time.Time{}} }

// take counts a request of at most limit per hour. If there were too many, it
// returns how long to wait, which is more than 0.
func (c *counts) take(operation, app, address string, limit int) (wait time.Duration) {
	client := httpapi.Neighbourhood(address)
	if limit <= 0 || !client.IsValid() {
		return 0 // there is nothing to count by
	}
	each := map[counted]time.Duration{{operation, app, client}: time.Hour / time.Duration(limit)}
	if client.Addr().Is6() {
		around := netip.PrefixFrom(client.Addr(), 48).Masked()
		each[counted{operation, app, around}] = time.Hour / time.Duration(limit) / wide
	}
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

// fullAfter returns when an allowance is full again after one more request, which
// moves that time on.
func (c *counts) fullAfter(key counted, moved time.Duration, now time.Time) time.Time {
	full := c.full[key]
	if full.Before(now) || full.After(now.Add(2*time.Hour)) { // the clock was set
		full = now
	}
	return full.Add(moved)
}

// forget makes room: it forgets the clients whose allowance is full, and if that
// is not enough, some others.
func (c *counts) forget(now time.Time) {
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

// allowed counts a request of an operation. If there were too many, it returns
// after how many seconds to try again. Applications that do not exist are counted
// together: callers of the JSON API can make up as many as they want.
func (v *visit) allowed(operation string) (retryAfter int, ok bool) {
	config, app := v.h.engine.Config(), v.app
	if !slices.Contains(config.Apps.All, app) {
		app = ""
	}
	wait := v.h.counts.take(operation, app, v.client, v.h.limits.limitOf(operation, config))
	return int((wait + time.Second - 1) / time.Second), wait == 0
}
