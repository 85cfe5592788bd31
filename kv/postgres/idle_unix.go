//go:build linux || darwin || freebsd || netbsd || openbsd

package postgres

import (
	"net"
	"syscall"
)

// readable reports whether there is something to read on a connection, its end
// included, without reading it.
func readable(conn net.Conn) bool {
	if secured, ok := conn.(interface{ NetConn() net.Conn }); ok { // *tls.Conn
		conn = secured.NetConn()
	}
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return true
	}
	found := false
	err = raw.Control(func(fd uintptr) { // and not Read, which waits for a reader that pgx may have left in the background
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK)
		found = err != syscall.EAGAIN && err != syscall.EINTR
	})
	return found || err != nil
}
