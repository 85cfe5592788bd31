//go:build postgres

package postgres_test

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"testing"
)

// proxy stands between a store and a server. It counts round trips and cuts
// connections.
type proxy struct {
	listener net.Listener
	to       string

	mu       sync.Mutex
	pairs    map[net.Conn]net.Conn
	flights  int // how often a client sent something after it was answered
	cut      *cut
	happened int // cuts
}

// cut says when a connection is lost: before the server receives what has the
// text, or after it, when it answers with the text done.
type cut struct {
	text, done string
	after      bool
}

func startProxy(t *testing.T, port int) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, to: fmt.Sprintf("127.0.0.1:%d", port), pairs: map[net.Conn]net.Conn{}}
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
			server, err := net.Dial("tcp", p.to)
			if err != nil {
				client.Close()
				continue
			}
			p.mu.Lock()
			p.pairs[client] = server
			p.mu.Unlock()
			p.serve(client, server)
		}
	}()
	return p
}

// url returns where a database is, through the proxy.
func (p *proxy) url(database string) string {
	return fmt.Sprintf("postgres://enrol@%s/%s", p.listener.Addr(), database)
}

// lose cuts the next connection for which it is time.
func (p *proxy) lose(c cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = &c
}

// loseAll closes every connection.
func (p *proxy) loseAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for client, server := range p.pairs {
		client.Close()
		server.Close()
	}
	clear(p.pairs)
}

func (p *proxy) roundTrips() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flights
}

// losses returns how many connections were cut.
func (p *proxy) losses() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.happened
}

func (p *proxy) serve(client, server net.Conn) {
	var mu sync.Mutex
	answered, armed := true, false
	pipe := func(from, to net.Conn, pass func(chunk []byte) bool) {
		defer client.Close()
		defer server.Close()
		chunk := make([]byte, 1<<20)
		for {
			n, err := from.Read(chunk)
			if n > 0 && !pass(chunk[:n]) {
				return
			}
			if n > 0 {
				if _, err := to.Write(chunk[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
	go pipe(client, server, func(chunk []byte) bool {
		mu.Lock()
		defer mu.Unlock()
		p.mu.Lock()
		defer p.mu.Unlock()
		if answered {
			p.flights++
			answered = false
		}
		if p.cut == nil || !bytes.Contains(chunk, []byte(p.cut.text)) {
			return true
		}
		if p.cut.after {
			armed = true
			return true
		}
		p.cut = nil
		p.happened++
		return false
	})
	go pipe(server, client, func(chunk []byte) bool {
		mu.Lock()
		defer mu.Unlock()
		answered = true
		p.mu.Lock()
		defer p.mu.Unlock()
		if armed && p.cut != nil && bytes.Contains(chunk, []byte(p.cut.done)) {
			p.cut = nil
			p.happened++
			return false
		}
		return true
	})
}

func (p *proxy) port() int { return p.listener.Addr().(*net.TCPAddr).Port }
