package main

import (
	"net"

	"golang.org/x/sys/unix"
)

// descriptors is a directory with the open files of this process.
const descriptors = "/proc/self/fd"

// tellsPeers says that the system tells who is at the other end of a socket.
const tellsPeers = true

// peerOf returns the user at the other end of a connection.
func peerOf(conn *net.UnixConn) (uid int, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return -1, err
	}
	var peer *unix.Ucred
	var failure error
	err = raw.Control(func(fd uintptr) {
		peer, failure = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return -1, err
	}
	return int(peer.Uid), nil
}
