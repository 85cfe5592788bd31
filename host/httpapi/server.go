package httpapi

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// Bounds of a server. Writing has to last as long as an operation may take,
// which is a minute, see host.Options.Timeout.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 90 * time.Second
	idleTimeout       = time.Minute
	maxHeaderBytes    = 16 << 10
	maxConnections    = 1024
)

// NewServer returns a server for a handler of New, so bounded that no caller
// can hold on to it for long. Serve it with a listener of Limit.
func NewServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:                      handler,
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true, // OPTIONS * is a method that no path has
		ErrorLog:                     slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}

// Limit returns a listener that accepts 1,024 connections at once; others wait
// in the system's queue.
func Limit(listener net.Listener) net.Listener {
	return netutil.LimitListener(listener, maxConnections)
}
