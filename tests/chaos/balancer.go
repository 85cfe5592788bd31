//go:build linux

package main

import (
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

// balancer gives each request to the next host. If that one does not accept
// connections, the one after it gets the request, which nobody has received yet.
type balancer struct {
	hosts     []*host
	next      atomic.Uint64
	transport http.Transport
}

// notSent is the header of an answer that no host has received the request.
const notSent = "Not-Sent"

// newBalancer returns a handler in front of hosts.
func newBalancer(hosts []*host) http.Handler {
	b := &balancer{hosts: hosts, transport: http.Transport{
		DialContext:         (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 64,
	}}
	return &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.Out.URL.Scheme = "http" },
		Transport: b,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			if isDial(err) {
				w.Header().Set(notSent, "1")
			}
			w.WriteHeader(http.StatusBadGateway)
		},
	}
}

// RoundTrip implements http.RoundTripper.
func (b *balancer) RoundTrip(r *http.Request) (response *http.Response, err error) {
	first := b.next.Add(1)
	for i := range b.hosts {
		address := b.hosts[(first+uint64(i))%uint64(len(b.hosts))].address
		r.URL = &url.URL{Scheme: "http", Host: address, Path: r.URL.Path}
		r.Host = address
		if response, err = b.transport.RoundTrip(r); err == nil || !isDial(err) {
			return response, err
		}
	}
	return nil, err
}

// isDial reports whether there was no connection.
func isDial(err error) bool {
	dial, ok := errors.AsType[*net.OpError](err)
	return ok && dial.Op == "dial"
}
