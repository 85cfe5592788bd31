//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// way is a proxy between a host and a server of the store, which can cut
// connections.
type way struct {
	mu    sync.Mutex
	proxy *toxiproxy.Proxy
}

// newWay starts a proxy in front of a server.
func newWay(upstream string) (*way, error) {
	w := &way{}
	return w, w.start("127.0.0.1:0", upstream)
}

func (w *way) start(listen, upstream string) error {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	w.proxy = toxiproxy.NewProxy(server, "store", listen, upstream)
	return w.proxy.Start()
}

// address is where a host finds the proxy. It stays the same.
func (w *way) address() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.proxy.Listen
}

// lead lets the proxy lead to another server, and cuts all connections.
func (w *way) lead(upstream string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	listen := w.proxy.Listen
	w.proxy.Stop()
	return w.start(listen, upstream)
}

// stop ends the proxy.
func (w *way) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proxy.Stop()
}

// cutWithin is the most bytes after which a connection is cut, about those of two
// commits.
const cutWithin = 8 << 10

// cutFor is how long a cut lasts: each connection with more traffic than its
// bytes is lost.
const cutFor = 300 * time.Millisecond

// cut loses connections in the middle of what a host sends, or of what the server
// answers.
func (w *way) cut(random *rand.Rand) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	stream := "upstream"
	if random.IntN(2) == 0 {
		stream = "downstream"
	}
	toxic := fmt.Sprintf(`{"name":"cut","type":"limit_data","stream":%q,"attributes":{"bytes":%d}}`, stream, 1+random.IntN(cutWithin))
	if _, err := w.proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		return err
	}
	time.Sleep(cutFor)
	return w.proxy.Toxics.RemoveToxic(context.Background(), "cut")
}

// cuts is the fault that connections are cut in the middle of commits.
func cuts(ways []*way) fault {
	return fault{"connections cut", time.Second, 4 * time.Second, func(random *rand.Rand) error {
		return ways[random.IntN(len(ways))].cut(random)
	}}
}
