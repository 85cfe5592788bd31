package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// remoteAddr is the user's address as far as the connection tells it: the
// peer's, or if that is a trusted proxy, the last in X-Forwarded-For that is
// none. What stands before that one could have been written by anybody.
func (h *handler) remoteAddr(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr := bare(peer.Addr())
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, entry := range slices.Backward(chain) {
		if !h.isProxy(addr) {
			break
		}
		before, ok := parseForwarded(strings.TrimSpace(entry))
		if !ok {
			break // the proxy does not know, so it is the proxy
		}
		addr = before
	}
	return addr.String()
}

func (h *handler) isProxy(addr netip.Addr) bool {
	return slices.ContainsFunc(h.proxies, func(proxies netip.Prefix) bool { return proxies.Contains(addr) })
}

// parseForwarded reads an entry of X-Forwarded-For; some proxies add a port.
func parseForwarded(entry string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(entry); err == nil {
		return bare(addr), true
	}
	if withPort, err := netip.ParseAddrPort(entry); err == nil {
		return bare(withPort.Addr()), true
	}
	return netip.Addr{}, false
}

// bare is an address as it is compared: IPv4 as such, without a zone.
func bare(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }
