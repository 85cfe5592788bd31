package httpapi

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// connection is a connection that a limiter accepted.
type connection struct {
	net.Conn
	limiter  *limiter
	from     netip.Prefix
	reserved bool // for health checks only

	// Guarded by the limiter's lock.
	place   *list.Element // in the limiter's list; nil while a request is served
	removed bool

	idle    atomic.Bool // nothing of the next request has arrived
	reading sync.Mutex  // net/http reads in the background too, but never twice at once
	framing framing     // guarded by reading
}

// Read implements net.Conn.
func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.idle.Store(false)
		c.reading.Lock()
		c.framing.watch(p[:n])
		c.reading.Unlock()
	}
	return n, err
}

// SetReadDeadline implements net.Conn. If the server is nearly full, it waits
// only briefly for the next request.
func (c *connection) SetReadDeadline(deadline time.Time) error {
	if c.idle.Load() && !deadline.IsZero() && c.limiter.nearlyFull() {
		if short := time.Now().Add(c.limiter.shortIdle); short.Before(deadline) {
			deadline = short
		}
	}
	return c.Conn.SetReadDeadline(deadline)
}

// Close implements net.Conn.
func (c *connection) Close() error {
	c.limiter.mu.Lock()
	c.limiter.remove(c)
	c.limiter.mu.Unlock()
	return c.Conn.Close()
}

// begin protects the connection from giving way while a request is served. It
// reports whether that was still possible.
func (c *connection) begin() bool {
	l := c.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.removed {
		return false
	}
	if c.place != nil {
		l.free.Remove(c.place)
		c.place = nil
	}
	return true
}

// rest lets the connection give way again, once the answer is written.
func (c *connection) rest() {
	c.idle.Store(true)
	l := c.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if !c.removed && c.place == nil {
		c.place = l.free.PushBack(c)
	}
}

// ambiguous reports whether a request came whose end two readers could see
// differently.
func (c *connection) ambiguous() bool {
	c.reading.Lock()
	defer c.reading.Unlock()
	return c.framing.ambiguous
}

type connectionKey struct{}

// withConnection is http.Server.ConnContext.
func withConnection(ctx context.Context, c net.Conn) context.Context {
	if limited, ok := c.(*connection); ok {
		return context.WithValue(ctx, connectionKey{}, limited)
	}
	return ctx
}

// connectionState is http.Server.ConnState.
func connectionState(c net.Conn, state http.ConnState) {
	if limited, ok := c.(*connection); ok && state == http.StateIdle {
		limited.rest()
	}
}
