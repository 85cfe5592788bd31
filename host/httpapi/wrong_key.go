package httpapi

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// auditWrongKey is the operation in the audit trail for a wrong key.
const auditWrongKey = "api.authenticate"

// Bounds of the entries of wrong keys in the audit trail, so that a flood of
// them does not fill the disk. Further ones are counted; the first one is logged,
// and the count at each power of ten.
const (
	wrongKeyWindow  = time.Minute // in which each address gets one entry
	wrongKeyEntries = 20          // in a window, from all addresses together
)

// wrongKeys decides which wrong keys get an entry.
type wrongKeys struct {
	now func() time.Time

	mu     sync.Mutex
	since  time.Time
	noted  map[netip.Prefix]bool
	beyond int // keys without an entry in this window
	logAt  int
}

// take counts a wrong key from an address. It reports whether the key gets an
// entry, and returns the count of keys without one if it must be logged, else
// 0.
func (w *wrongKeys) take(address string) (noted bool, count int) {
	from := Neighbourhood(address)
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := w.now(); w.noted == nil || now.Sub(w.since) >= wrongKeyWindow || now.Before(w.since) {
		w.since, w.noted, w.beyond, w.logAt = now, map[netip.Prefix]bool{}, 0, 1
	}
	if !w.noted[from] && len(w.noted) < wrongKeyEntries {
		w.noted[from] = true
		return true, 0
	}
	w.beyond++
	if w.beyond < w.logAt {
		return false, 0
	}
	w.logAt *= 10
	return false, w.beyond
}

// Neighbourhood returns what counts as one address: an IPv4 address, or the /64
// that a subscriber has of IPv6. For other texts it returns the zero value.
func Neighbourhood(address string) netip.Prefix {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	prefix, _ := addr.Prefix(bits) // no error: the bits fit
	return prefix
}

// noteWrongKey records a wrong key.
func (h *handler) noteWrongKey(r *http.Request, cid string) {
	address, _ := h.proxies.RemoteAddr(r)
	noted, count := h.wrong.take(address)
	if count > 0 {
		h.logger.Warn("there are more wrong API keys than the audit trail has", "within", wrongKeyWindow, "count", count)
	}
	if !noted {
		return
	}
	if cid == "" { // the request goes on without the key
		cid = host.NewCID()
	}
	err := h.engine.Note(context.WithoutCancel(r.Context()), signup.AuditEvent{
		CID:    cid,
		Op:     auditWrongKey,
		Result: "error",
		Extra:  signup.AuditExtra{RemoteAddr: address, SubStatus: []signup.Code{signup.NotAllowed}},
	})
	if err != nil {
		h.logger.Error("a wrong API key could not be noted in the audit trail", "cid", cid, "error", err)
	}
}
