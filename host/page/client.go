package page

import (
	"net/http"
	"sync"
	"time"
)

// clientOf returns the client address of a request, "" if it has none. It is not ok
// if a trusted proxy wrote something else than an address. The log tells the
// operator about proxies, without an address.
func (h *handler) clientOf(r *http.Request) (address string, ok bool) {
	address, ok = h.proxies.RemoteAddr(r)
	switch {
	case !ok && h.hidden.pass():
		h.logger.Warn("requests are refused, because a trusted proxy sends something other than addresses in X-Forwarded-For: correct the proxy")
	case h.proxies.Ignores(r) && h.untrusted.pass():
		h.logger.Warn("requests have X-Forwarded-For and come from no trusted proxy, so that the sender counts as one client: " +
			"if it is your proxy, name it with --public-proxy, or in page.Options.TrustedProxies")
	}
	return address, ok
}

// logInterval is how often the log repeats what each request could cause.
const logInterval = 10 * time.Minute

// throttle lets one of many through in each interval.
type throttle struct {
	mu   sync.Mutex
	last time.Time
}

func (t *throttle) pass() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now() // monotonic: it does not matter whether the clock is set
	if !t.last.IsZero() && now.Sub(t.last) < logInterval {
		return false
	}
	t.last = now
	return true
}
