package httpapi

import (
	"net/http"

	"github.com/enrol-sso/enrol/signup"
)

// guard decides about the connection of a request before the handler sees the
// request. It passes connections without a limiter.
type guard struct{ handler http.Handler }

// ServeHTTP implements http.Handler.
func (g guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, limited := r.Context().Value(connectionKey{}).(*connection)
	switch {
	case !limited:
	case !c.begin():
		return // it gave way to another, so nobody would get the answer
	case c.ambiguous():
		malformed("", "the request has two lengths: both Content-Length and Transfer-Encoding, or Transfer-Encoding in HTTP/1.0").
			with("Connection", "close").write(w)
		return
	case c.reserved:
		if !routes[r.URL.EscapedPath()].open {
			refuse(http.StatusServiceUnavailable, signup.Busy, "the server has as many connections as it can serve").
				with("Connection", "close").write(w)
			return
		}
		w.Header().Set("Connection", "close")
	}
	g.handler.ServeHTTP(w, r)
}
