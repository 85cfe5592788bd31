package signup

import (
	"net/netip"
	"strings"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// visitRemoteAddr visits one client address or several. It reads them in their
// shortest form, so that audit entries and counters contain only addresses.
func visitRemoteAddr(m *strictjson.Members, list *[]string) {
	one := m.StringOrStrings("remote_addr", list)
	m.EntriesAtMost(maxRemoteAddrs, maxRemoteAddr)
	m.IsAddress()
	if !m.Reading() {
		return
	}
	if one {
		bounded(m, "remote_addr", (*list)[0], maxRemoteAddr)
	} else {
		boundedList(m, "remote_addr", *list, maxRemoteAddrs, maxRemoteAddr)
	}
	var addrs []string
	for _, entry := range *list {
		for text := range strings.SplitSeq(entry, ",") {
			addr, err := parseRemoteAddr(strings.TrimSpace(text))
			if err != nil {
				m.Fail("remote_addr", "must be IPv4 or IPv6 addresses")
				*list = nil
				return
			}
			addrs = append(addrs, addr.String())
		}
	}
	if len(addrs) > maxRemoteAddrs {
		m.Fail("remote_addr", "has %d addresses, the limit is %d", len(addrs), maxRemoteAddrs)
	}
	*list = addrs
}

// parseRemoteAddr parses an address in the forms that connections and proxies
// use: 192.0.2.1, 192.0.2.1:443, ::1, [::1] and [::1]:443. It drops the port,
// and the zone, which may be any text and means something only on the host of
// the connection. IPv4 inside IPv6 (::ffff:192.0.2.1, from a socket for both)
// is IPv4.
func parseRemoteAddr(text string) (netip.Addr, error) {
	if inner, ok := strings.CutPrefix(text, "["); ok {
		if inner, ok = strings.CutSuffix(inner, "]"); ok && strings.Contains(inner, ":") {
			text = inner
		}
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		var withPort netip.AddrPort
		if withPort, err = netip.ParseAddrPort(text); err != nil {
			return netip.Addr{}, err
		}
		addr = withPort.Addr()
	}
	return addr.Unmap().WithZone(""), nil
}
