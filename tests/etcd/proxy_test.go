//go:build etcd

package etcd_test

import (
	"bytes"
	"net"
	"sync"
	"testing"
)

// proxy stands between a store and a member, and loses connections.
type proxy struct {
	listener net.Listener

	mu    sync.Mutex
	to    string // the member
	pairs map[net.Conn]net.Conn
	text  string        // for which it waits, "" for nothing
	after bool          // whether the member gets what has the text
	bytes int           // that clients have sent
	seen  chan struct{} // closed when the text came
}

func startProxy(t *testing.T, to string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, to: to, pairs: map[net.Conn]net.Conn{}}
	t.Cleanup(func() {
		listener.Close()
		p.loseAll()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			member, err := net.Dial("tcp", p.to)
			if err == nil {
				p.pairs[client] = member
			}
			p.mu.Unlock()
			if err != nil {
				client.Close()
				continue
			}
			p.serve(client, member)
		}
	}()
	return p
}

// url returns the URL of a store through the proxy.
func (p *proxy) url(prefix string) string {
	return "etcd://" + p.listener.Addr().String() + "/" + prefix
}

// lose makes the proxy lose the connection with the next request that has a text:
// at once, or after the member got it, whose answers it then holds back until
// loseAll. The channel is closed when that came.
func (p *proxy) lose(text string, after bool) (seen <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text, p.after, p.seen = text, after, make(chan struct{})
	return p.seen
}

// lead makes new connections lead to another member.
func (p *proxy) lead(to string) {
	p.mu.Lock()
	p.to = to
	p.mu.Unlock()
	p.loseAll()
}

// sent returns how many bytes clients have sent so far.
func (p *proxy) sent() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes
}

// loseAll closes every connection.
func (p *proxy) loseAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for client, member := range p.pairs {
		client.Close()
		member.Close()
	}
	clear(p.pairs)
}

func (p *proxy) serve(client, member net.Conn) {
	var mu sync.Mutex
	silent := false
	pipe := func(from, to net.Conn, pass func(chunk []byte) (forward, keep bool)) {
		defer client.Close()
		defer member.Close()
		chunk := make([]byte, 1<<20)
		for {
			n, err := from.Read(chunk)
			forward, keep := true, true
			if n > 0 {
				forward, keep = pass(chunk[:n])
			}
			if !keep {
				return
			}
			if n > 0 && forward {
				if _, err := to.Write(chunk[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
	go pipe(client, member, func(chunk []byte) (forward, keep bool) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.bytes += len(chunk)
		if p.text == "" || !bytes.Contains(chunk, []byte(p.text)) {
			return true, true
		}
		p.text = ""
		close(p.seen)
		mu.Lock()
		defer mu.Unlock()
		silent = p.after
		return p.after, p.after
	})
	go pipe(member, client, func([]byte) (forward, keep bool) {
		mu.Lock()
		defer mu.Unlock()
		return !silent, true
	})
}
