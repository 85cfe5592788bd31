package httpapi

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/enrol-sso/enrol/host/internal/access"
)

// Bounds of a server. Writing must allow the duration of an operation, a
// minute: see host.Options.Timeout.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 90 * time.Second
	idleTimeout       = time.Minute
	maxHeaderBytes    = 16 << 10
)

// NewServer returns a server for a handler of New, with bounds on how long a
// caller can hold a connection. Serve it with a listener of Limit: then slow
// callers do not keep others out, and a request with two lengths is refused. Each
// request is one line in the log, at level info or, for a successful health check,
// debug: its method, path, status, code, cid and duration_ms. Paths that no route has
// are "other", since they could be addresses or tokens.
func NewServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:                      access.Log(guard{handler}, logger),
		ConnContext:                  withConnection,
		ConnState:                    connectionState,
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true, // otherwise net/http would answer OPTIONS *
		ErrorLog:                     slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}
