package httpapi

import (
	"net/http"

	"github.com/enrol-sso/enrol/signup"
)

// MetricsPath is where Options.Metrics is served.
const MetricsPath = "/metrics"

// metrics are Options.Metrics and who may read them.
type metrics struct {
	handler http.Handler // nil: there are none
	keys    keyring
}

// serveMetrics serves the metrics to those who may read them. A collector needs a key
// of its own: with a caller's key it could sign people up, and with a super-user's
// read their data.
func (h *handler) serveMetrics(w http.ResponseWriter, r *http.Request) {
	if refusal, refused := h.checkMetrics(r); refused {
		refusal.write(w)
		return
	}
	common(w.Header())
	h.metrics.handler.ServeHTTP(w, r)
}

// checkMetrics returns the answer to a request that may not read the metrics.
func (h *handler) checkMetrics(r *http.Request) (refusal answer, refused bool) {
	authorization := r.Header.Values("Authorization")
	_, collector := h.metrics.keys.holder(authorization)
	_, superUser := h.superKeys.holder(authorization)
	if h.keys == nil {
		if refusal, refused := checkLocal(r); refused {
			return refusal.unread(r), true
		}
	} else if !collector && !superUser {
		refusal := unauthorized("the key for metrics or a super-user's key is needed: send it as Authorization: Bearer")
		if _, caller := h.keys.holder(authorization); len(authorization) > 0 && !caller {
			h.noteWrongKey(r, refusal.cid)
		}
		return refusal, true
	}
	switch {
	case h.metrics.handler == nil:
		return refuse(http.StatusNotFound, signup.InvalidOperation, "unknown path").unread(r), true
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return methodNotAllowed([]string{http.MethodGet, http.MethodHead}).unread(r), true
	}
	return answer{}, false
}
