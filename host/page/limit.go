package page

import (
	"slices"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/website"
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

// allowed counts a request of an operation. If there were too many, it returns
// after how many seconds to try again. Applications that do not exist are counted
// together: callers of the JSON API can make up as many as they want.
func (v *visit) allowed(operation string) (retryAfter int, ok bool) {
	config, app := v.h.engine.Config(), v.app
	if !slices.Contains(config.Apps.All, app) {
		app = ""
	}
	wait := v.h.counts.Take(website.Counted{Kind: operation, App: app, Client: httpapi.Neighbourhood(v.client)}, v.h.limits.limitOf(operation, config))
	return int((wait + time.Second - 1) / time.Second), wait == 0
}
