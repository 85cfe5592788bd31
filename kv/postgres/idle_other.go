//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package postgres

import "net"

// readable cannot tell here.
func readable(net.Conn) bool { return false }
