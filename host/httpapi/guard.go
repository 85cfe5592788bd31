package httpapi

import (
	"io"
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
	case c.ambiguous():
		malformed("", "the request has two lengths: both Content-Length and Transfer-Encoding, or Transfer-Encoding in HTTP/1.0").
			with("Connection", "close").write(w)
		return
	case c.reserved && !routes[r.URL.EscapedPath()].open:
		refuse(http.StatusServiceUnavailable, signup.Busy, "the server has as many connections as it can serve").
			with("Connection", "close").write(w)
		return
	case r.ContentLength != 0:
		r.Body = &arriving{r.Body, c}
	case !c.begin():
		return // it gave way to another, so nobody would get the answer
	}
	if limited && c.reserved {
		w.Header().Set("Connection", "close")
	}
	g.handler.ServeHTTP(w, r)
}

// arriving is the body of a request whose connection may give way until the
// body is complete.
type arriving struct {
	io.ReadCloser
	connection *connection
}

// Read implements io.Reader.
func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	if err == io.EOF && !a.connection.begin() {
		err = io.ErrUnexpectedEOF // it gave way to another
	}
	return n, err
}
