package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwardedFor is the header in which trusted proxies send the user's address.
const forwardedFor = "X-Forwarded-For"

// Proxies are the peers whose X-Forwarded-For is trusted.
type Proxies []netip.Prefix

// RemoteAddr returns the user's address according to the connection: the
// peer's, or if that is a trusted proxy, the last address in X-Forwarded-For
// that is not a trusted proxy. Anybody could have written the entries before
// it. It is not ok if a proxy wrote something other than an address: then the
// user is unknown, and must not pass for the proxy. It is "" for a peer without
// an address, such as a peer on a Unix socket.
func (p Proxies) RemoteAddr(r *http.Request) (address string, ok bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "", true // such as a Unix socket
	}
	addr := bare(peer.Addr())
	chain := strings.Split(strings.Join(r.Header.Values(forwardedFor), ","), ",")
	for _, entry := range slices.Backward(chain) {
		if !p.contain(addr) {
			break
		}
		if entry = strings.TrimSpace(entry); entry == "" {
			continue // RFC 9110, section 5.6.1: empty elements of a list are ignored
		}
		if addr, ok = parseForwarded(entry); !ok {
			return "", false
		}
	}
	return addr.String(), true
}

// Ignores reports whether a request has an X-Forwarded-For from a peer that is not
// trusted.
func (p Proxies) Ignores(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && len(r.Header.Values(forwardedFor)) > 0 && !p.contain(bare(peer.Addr()))
}

// unknownAddress refuses a request whose proxy did not send the user's address.
func unknownAddress() answer {
	return malformed("remote_addr", "the header "+forwardedFor+" of the proxy contains something other than addresses")
}

func (p Proxies) contain(addr netip.Addr) bool {
	return slices.ContainsFunc(p, func(proxies netip.Prefix) bool { return proxies.Contains(addr) })
}

// parseForwarded reads an entry of X-Forwarded-For: an address, as some proxies
// write it with a port, IPv6 in brackets, or in quotes.
func parseForwarded(entry string) (netip.Addr, bool) {
	if inner, ok := strings.CutPrefix(entry, `"`); ok {
		if entry, ok = strings.CutSuffix(inner, `"`); !ok {
			return netip.Addr{}, false
		}
	}
	if addr, err := netip.ParseAddr(entry); err == nil {
		return bare(addr), true
	}
	if withPort, err := netip.ParseAddrPort(entry); err == nil {
		return bare(withPort.Addr()), true
	}
	inner, opened := strings.CutPrefix(entry, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	addr, err := netip.ParseAddr(inner)
	return bare(addr), opened && closed && err == nil && addr.Is6()
}

// bare returns an address for comparison: unmapped IPv4, without a zone.
func bare(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }
