package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"

	"github.com/enrol-sso/enrol/kv/private"
)

// socketPath is where a server of a data directory listens for commands.
func socketPath(data string) string { return nextTo(data, ".sock") }

// errOtherUser reports a server whose user is not one that commands trust.
var errOtherUser = errors.New("who is neither root nor the owner of the data")

// listenSocket listens for commands of this user on the socket of a data directory.
// The caller holds the directory, so that a socket there is one that a server left
// behind. The new one gets its name only after nobody else can use it.
func listenSocket(data string, logger *slog.Logger) (net.Listener, error) {
	path := socketPath(data)
	if !tellsPeers {
		return nil, errors.New("this system does not tell who is at the other end of a socket")
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSocket == 0 {
		return nil, fmt.Errorf("%s is no socket: move it away", path)
	}
	making, err := os.MkdirTemp(filepath.Dir(path), ".enrol-") // of mode 0700
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(making)
	made := filepath.Join(making, "s")
	var listener *net.UnixListener
	err = inReach(made, func(name string) (err error) {
		listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: name, Net: "unix"})
		return err
	})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false) // its name changes
	err = errors.Join(os.Chmod(made, 0o600), os.Rename(made, path))
	if err != nil {
		listener.Close()
		return nil, err
	}
	return &socket{UnixListener: listener, path: path, user: os.Geteuid(), logger: logger}, nil
}

// socket is the listener of a server for commands of its user and of root.
type socket struct {
	*net.UnixListener
	path    string
	user    int
	logger  *slog.Logger
	removal sync.Once
}

// Accept implements net.Listener. The address of a connection is the user at its
// other end.
func (s *socket) Accept() (net.Conn, error) {
	for {
		conn, err := s.AcceptUnix()
		if err != nil {
			return nil, err
		}
		uid, err := peerOf(conn)
		if err == nil && (uid == s.user || uid == 0) {
			return &visit{conn, visitor(uid)}, nil
		}
		s.logger.Warn("a connection to the socket was refused", "socket", s.path, "uid", uid, "error", err)
		conn.Close()
	}
}

// Close implements net.Listener. It removes the socket.
func (s *socket) Close() error {
	s.removal.Do(func() { os.Remove(s.path) })
	return s.UnixListener.Close()
}

// visit is a connection of a command.
type visit struct {
	net.Conn
	from visitor
}

// RemoteAddr implements net.Conn.
func (v *visit) RemoteAddr() net.Addr { return v.from }

// visitor is a user of the machine as an address.
type visitor int

// Network implements net.Addr.
func (visitor) Network() string { return "unix" }

// String implements net.Addr, with the name that the audit trail has.
func (v visitor) String() string { return uidLabel(int(v)) }

// dialSocket connects to the server of a data directory.
func dialSocket(data string) (net.Conn, error) {
	var conn *net.UnixConn
	err := inReach(socketPath(data), func(name string) (err error) {
		conn, err = net.DialUnix("unix", nil, &net.UnixAddr{Name: name, Net: "unix"})
		return err
	})
	if err != nil {
		return nil, err
	}
	uid, err := peerOf(conn)
	if err == nil && !trusts(os.Geteuid(), uid, data) {
		err = fmt.Errorf("the process that listens at %s is of user %d, %w: find out who started it, and end it or remove the socket",
			socketPath(data), uid, errOtherUser)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// trusts reports whether a user lets the server of a data directory read requests,
// which have passwords: a server of the same user or of root, and for root also one
// of the owner of the data.
func trusts(user, server int, data string) bool {
	if server == user || server == 0 {
		return true
	}
	info, err := os.Lstat(data)
	if user != 0 || err != nil {
		return false
	}
	owner, known := private.OwnerOf(info)
	return known && server == owner
}

// maxSocketName is the longest name of a socket that all systems accept, in bytes.
const maxSocketName = 103

// inReach calls a function with a name of a socket that is short enough.
func inReach(path string, use func(name string) error) error {
	if len(path) <= maxSocketName {
		return use(path)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	short := filepath.Join(descriptors, fmt.Sprint(dir.Fd()), filepath.Base(path))
	if _, err := os.Stat(filepath.Dir(short)); descriptors == "" || err != nil || len(short) > maxSocketName {
		return fmt.Errorf("%s is longer than the %d bytes that the name of a socket may have: choose a shorter path with --data", path, maxSocketName)
	}
	return use(short)
}
