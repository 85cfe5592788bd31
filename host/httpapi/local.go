package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// checkLocal refuses requests that do not come from a program on this machine,
// if there is no API key. A web page that is open on this machine is not such a
// program, and can reach the server in two ways: from another origin, or under
// its own name, if it makes that resolve to our address (DNS rebinding).
func checkLocal(r *http.Request) (refusal answer, refused bool) {
	local := localAddress(r)
	switch {
	case !local.Addr().IsLoopback():
		return unauthorized("this server has no API key, and without one serves its own machine only"), true
	case !isLoopbackHost(r.Host, local.Port()):
		return refuse(http.StatusMisdirectedRequest, signup.NotAllowed,
			"the Host header must name this machine, as localhost or by its address, and the port"), true
	case isCrossOrigin(r):
		return refuse(http.StatusForbidden, signup.NotAllowed, "pages of other origins are not served"), true
	}
	if mark := proxyMark(r); mark != "" {
		return refuse(http.StatusForbidden, signup.NotAllowed, "the request came through a proxy ("+mark+
			"), and a server without an API key serves programs on its own machine only: set an API key (ENROL_API_KEY)"), true
	}
	return answer{}, false
}

// localAddress is the address at which the request arrived, the zero value if
// unknown.
func localAddress(r *http.Request) netip.AddrPort {
	address, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.AddrPort{}
	}
	local, err := netip.ParseAddrPort(address.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(local.Addr().Unmap(), local.Port())
}

// isLoopbackHost reports whether a Host header names a loopback address and the
// port. Names other than localhost could resolve to any address.
func isLoopbackHost(host string, port uint16) bool {
	name, given, err := net.SplitHostPort(host)
	if err != nil { // it has no port, or is invalid
		name, given = host, "80"
		if inner, ok := strings.CutPrefix(host, "["); ok {
			name, ok = strings.CutSuffix(inner, "]")
			if !ok {
				return false
			}
		}
	}
	if given != strconv.Itoa(int(port)) {
		return false
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && address.Unmap().IsLoopback()
}

// isCrossOrigin reports whether a browser sends the request on behalf of
// another origin. Unlike http.CrossOriginProtection it covers all methods.
func isCrossOrigin(r *http.Request) bool {
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	for _, origin := range r.Header.Values("Origin") {
		if !strings.EqualFold(origin, "http://"+r.Host) {
			return true
		}
	}
	return false
}

// IsLocal reports whether a request comes from this machine: from a program, or
// from a page of the same origin, and through no proxy. It is for handlers that
// show what only the operator may see.
func IsLocal(r *http.Request) bool {
	_, refused := checkLocal(r)
	return !refused
}
