package page

import (
	"io"
	"net/http"

	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/host/internal/website"
)

// healthPath is for load balancers in front of the pages.
const healthPath = "/healthz"

// serveHealth reports whether this process can serve the pages: 200, or 503. It asks
// no store, and gives no reason: the reason is in the log.
func (h *handler) serveHealth(w http.ResponseWriter, r *http.Request) {
	access.HealthCheck(w, healthPath)
	v := &visit{h: h, w: w, r: r}
	v.unread()
	website.SetHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	status, text := http.StatusOK, "ok\n"
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		status, text = http.StatusMethodNotAllowed, "the method must be GET or HEAD\n"
	case h.reveals() || h.healthy != nil && h.healthy(r.Context()) != nil:
		status, text = http.StatusServiceUnavailable, "not healthy\n"
	}
	w.WriteHeader(status)
	io.WriteString(w, text) // an error means that the caller is gone
}
