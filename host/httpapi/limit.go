package httpapi

import (
	"container/list"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Bounds of the connections of a server.
const (
	maxConnections     = 1024
	reserveConnections = 64              // beyond, for health checks only
	shortIdleTimeout   = 5 * time.Second // instead of idleTimeout when the server is nearly full
)

// Limit returns a listener with at most 1,024 connections at once, and 64 more
// on which a server of NewServer answers health checks, and 503 to everything
// else. When it is full, a new connection replaces an idle one: the oldest of
// the client address that has the most. So neither unused nor slow connections
// keep others out. A connection is idle until its request has arrived, with the
// body, and never gives way while the request is served. If requests are served
// on all of them, new connections beyond the reserve are closed at once.
func Limit(listener net.Listener) net.Listener {
	return limit(listener, maxConnections, reserveConnections, shortIdleTimeout)
}

func limit(listener net.Listener, most, reserve int, shortIdle time.Duration) *limiter {
	return &limiter{Listener: listener, most: most, reserve: reserve, shortIdle: shortIdle, free: list.New()}
}

// limiter is the listener of Limit.
type limiter struct {
	net.Listener
	most, reserve int
	shortIdle     time.Duration

	mu       sync.Mutex
	open     int        // without the reserve
	reserved int        // of the reserve
	free     *list.List // of *connection, idle ones, the longest idle first
}

// Accept implements net.Listener.
func (l *limiter) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c, victim := l.admit(accepted)
		if victim != nil {
			victim.Conn.Close()
		}
		if c != nil {
			return c, nil
		}
		accepted.Close()
	}
}

// admit makes room for a connection. It returns nil if there is no room, and
// the connection to close for it, if any.
func (l *limiter) admit(accepted net.Conn) (c, victim *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.open >= l.most
	if full {
		if victim = l.oldest(false); victim != nil {
			l.remove(victim)
			full = false
		}
	}
	if full && l.reserved >= l.reserve {
		if victim = l.oldest(true); victim == nil {
			return nil, nil
		}
		l.remove(victim)
	}
	c = &connection{Conn: accepted, limiter: l, from: peer(accepted), reserved: full}
	c.idle.Store(true)
	c.place = l.free.PushBack(c)
	l.count(c, 1)
	return c, victim
}

// oldest returns the connection that must give way, nil if there is none: the
// first idle one, of the reserve or not, of the address that has the most.
func (l *limiter) oldest(reserved bool) *connection {
	held := map[netip.Prefix]int{}
	most := 0
	for e := l.free.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*connection); c.reserved == reserved {
			held[c.from]++
			most = max(most, held[c.from])
		}
	}
	for e := l.free.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*connection); c.reserved == reserved && held[c.from] == most {
			return c
		}
	}
	return nil
}

// remove forgets a connection. The caller holds the lock.
func (l *limiter) remove(c *connection) {
	if c.removed {
		return
	}
	c.removed = true
	l.count(c, -1)
	if c.place != nil {
		l.free.Remove(c.place)
		c.place = nil
	}
}

func (l *limiter) count(c *connection, n int) {
	if c.reserved {
		l.reserved += n
	} else {
		l.open += n
	}
}

// nearlyFull reports whether three quarters of the connections are open.
func (l *limiter) nearlyFull() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open >= l.most-l.most/4
}

// peer is the client address of a connection.
func peer(c net.Conn) netip.Prefix {
	address, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Prefix{} // such as a Unix socket
	}
	return Neighbourhood(bare(address.Addr()).String())
}
