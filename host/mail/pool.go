package mail

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// Bounds of idle connections. As many may be idle as couriers that are not stuck
// deliver to one destination at once.
const (
	maxIdle   = 4
	idleTime  = 20 * time.Second
	maxMails  = 100 // through one connection
	maxOpened = 5 * time.Minute
)

// pool keeps connections that are idle.
type pool struct {
	mu    sync.Mutex
	idle  []*connection
	timer map[*connection]*time.Timer
}

// take returns the connection that was used last, nil if there is none.
func (p *pool) take() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	c := p.idle[len(p.idle)-1]
	p.forget(c)
	return c
}

// forget removes a connection, and reports whether it was there.
func (p *pool) forget(c *connection) bool {
	i := slices.Index(p.idle, c)
	if i < 0 {
		return false
	}
	p.idle = slices.Delete(p.idle, i, i+1)
	p.timer[c].Stop()
	delete(p.timer, c)
	return true
}

// put keeps a connection after a mail, or ends it. err is the outcome of the mail.
func (p *pool) put(c *connection, err error) {
	var f *failure
	if errors.As(err, &f) {
		code := f.code()
		if f.err != errNoUTF8 && (code == 0 || code == serviceCloses || c.reset() != nil) {
			c.close()
			return
		}
	}
	if c.mails >= maxMails || time.Since(c.opened) >= maxOpened || !p.keep(c) {
		go c.quit()
	}
}

// keep keeps a connection for a while, and reports whether there was room.
func (p *pool) keep(c *connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) >= maxIdle {
		return false
	}
	if p.timer == nil {
		p.timer = map[*connection]*time.Timer{}
	}
	p.idle = append(p.idle, c)
	p.timer[c] = time.AfterFunc(idleTime, func() {
		p.mu.Lock()
		had := p.forget(c)
		p.mu.Unlock()
		if had {
			c.quit()
		}
	})
	return true
}
