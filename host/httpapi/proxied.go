package httpapi

import (
	"net/http"
	"strings"
)

// forwardingHeaders are the headers, in canonical form, that proxies, load
// balancers and content delivery networks add to forwarded requests. Headers
// that start with X-Forwarded- count too.
var forwardingHeaders = []string{
	"Forwarded", // RFC 7239
	"Via",       // RFC 9110, section 7.6.3
	"Cdn-Loop",  // RFC 8586
	"X-Real-Ip",
	"X-Client-Ip",
	"X-Cluster-Client-Ip",
	"X-Original-Forwarded-For",
	"X-Envoy-External-Address",
	"X-Envoy-Original-Path",
	"X-Amzn-Trace-Id",
	"X-Azure-Clientip",
	"True-Client-Ip",
	"Cf-Connecting-Ip",
	"Cf-Ray",
	"Fastly-Client-Ip",
	"Fly-Client-Ip",
}

// proxyMark returns the sign that a proxy forwarded the request, "" if there is
// none. HTTP/1.0 counts: nginx before 1.29.7 uses it to the server behind it by
// default, without adding a header. A proxy that speaks HTTP/1.1 and adds nothing,
// as nginx does since then, looks like a program on this machine: what it must not
// reach needs a key.
func proxyMark(r *http.Request) string {
	if !r.ProtoAtLeast(1, 1) {
		return r.Proto
	}
	for _, name := range forwardingHeaders {
		if _, given := r.Header[name]; given {
			return name
		}
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Forwarded-") {
			return "X-Forwarded-*"
		}
	}
	return ""
}
