package main

import (
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// nobody is a user other than this one.
const nobody = 65534

// openSocket listens on a socket that the modes of files let everybody use.
func openSocket(t *testing.T) (*socket, *strings.Builder) {
	t.Helper()
	log := &strings.Builder{}
	dir := t.TempDir()
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	listener, err := listenSocket(data, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := listener.(*socket)
	if info, err := os.Lstat(s.path); err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Fatal(info, err)
	}
	if err := os.Chmod(s.path, 0o666); err != nil {
		t.Fatal(err)
	}
	return s, log
}

// asAnother runs a function as another user, if this one is root.
func asAnother(run func() error) (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if os.Geteuid() == 0 {
			runtime.LockOSThread() // for good: the thread ends with the goroutine
			keep := ^uintptr(0)
			if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, keep, nobody, keep); errno != 0 {
				err = errno
				return
			}
		}
		err = run()
	}()
	<-done
	return err
}

// visitAsAnother connects to a socket as another user, and returns what one can read
// within 10 seconds: nothing, if the connection is closed.
func visitAsAnother(s *socket) (int, error) {
	var n int
	err := asAnother(func() (err error) {
		var fd int
		if fd, err = unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
			return err
		}
		defer unix.Close(fd)
		if err = unix.Connect(fd, &unix.SockaddrUnix{Name: s.path}); err != nil {
			return err
		}
		if err = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 10}); err != nil {
			return err
		}
		n, err = unix.Read(fd, make([]byte, 1))
		return err
	})
	return n, err
}

func TestSocketIsForItsUser(t *testing.T) {
	foreign, log := openSocket(t)
	if os.Geteuid() != 0 {
		foreign.user = nobody // so that this user is another one
	}
	accept := func(s *socket) <-chan net.Conn {
		accepted := make(chan net.Conn, 1)
		go func() {
			defer close(accepted)
			if conn, err := s.Accept(); err == nil {
				accepted <- conn
			}
		}()
		return accepted
	}
	accepted := accept(foreign)
	if n, err := visitAsAnother(foreign); n != 0 || err != nil && err != unix.ECONNRESET {
		t.Fatalf("another user reads %d bytes: %v", n, err)
	}
	foreign.Close()
	if conn, ok := <-accepted; ok {
		t.Errorf("%s was accepted", conn.RemoteAddr())
	}
	s, _ := openSocket(t)
	accepted = accept(s)
	conn, err := net.Dial("unix", s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	here := <-accepted
	defer here.Close()
	if got := here.RemoteAddr().String(); got != uidLabel(s.user) || here.RemoteAddr().Network() != "unix" {
		t.Errorf("the user is %s", got)
	}
	if !strings.Contains(log.String(), "was refused") {
		t.Errorf("the log has %s", log)
	}
	s.Close()
	if _, err := os.Lstat(s.path); err == nil {
		t.Error("the socket is still there")
	}
}

func TestCommandsTrustTheServerOfTheOwner(t *testing.T) {
	dir := t.TempDir()
	mine, theirs := os.Geteuid(), nobody
	if mine == 0 { // so that there are three users
		mine = nobody - 1
		if err := os.Chown(dir, mine, -1); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		user, server int
		data         string
		want         bool
	}{
		{mine, mine, dir, true},
		{mine, 0, dir, true},
		{mine, theirs, dir, false},
		{theirs, mine, dir, false}, // they would send passwords to the owner
		{0, 0, dir, true},
		{0, mine, dir, true},
		{0, theirs, dir, false},
		{0, theirs, filepath.Join(dir, "missing"), false},
		{0, 0, filepath.Join(dir, "missing"), true},
	} {
		if got := trusts(test.user, test.server, test.data); got != test.want {
			t.Errorf("user %d, a server of %d, %s: %v", test.user, test.server, test.data, got)
		}
	}
}

// A socket of another user next to data of this one gets no request.
func TestCommandsDoNotTalkToAnImpostor(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	for _, path := range []string{filepath.Dir(h.dir), h.dir} {
		if err := os.Chmod(path, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	var listener *net.UnixListener
	err := asAnother(func() (err error) {
		listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: h.path("data.sock"), Net: "unix"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	heard := make(chan byte, 1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			var first [1]byte
			if n, _ := conn.Read(first[:]); n > 0 {
				select {
				case heard <- first[0]:
				default:
				}
			}
			conn.Close()
		}
	}()
	if os.Geteuid() != 0 { // the socket is of this user, whom commands trust
		h.run(request("grace"), "signup").want(exitFault, "gave no answer")
		return
	}
	for _, args := range [][]string{{"signup"}, {"verify"}, {"get", "--username", "ada"}, {"purge"}, {"pending", "--status", "to-confirm"}, {"fsck"}} {
		h.run(request("grace"), args...).want(exitFault, "neither root nor the owner of the data", "data.sock")
	}
	if len(heard) > 0 {
		t.Error("the impostor got a request")
	}
}
