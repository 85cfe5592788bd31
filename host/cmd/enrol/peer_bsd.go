//go:build darwin || freebsd

package main

import (
	"net"

	"golang.org/x/sys/unix"
)

// descriptors is a directory with the open files of this process; there is none that
// leads into directories.
const descriptors = ""

// tellsPeers says that the system tells who is at the other end of a socket.
const tellsPeers = true

// peerOf returns the user at the other end of a connection.
func peerOf(conn *net.UnixConn) (uid int, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return -1, err
	}
	var peer *unix.Xucred
	var failure error
	err = raw.Control(func(fd uintptr) {
		peer, failure = unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return -1, err
	}
	return int(peer.Uid), nil
}
