//go:build postgres

// The tests of kv/postgres on real servers, which they start: see make
// test-postgres.
package postgres_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/postgres"
)

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

// shared is the server of most tests, each of which has a database of its own.
var shared *server

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "enrol-postgres-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		if shared, err = startServer(dir, nil); err != nil {
			fmt.Fprintln(os.Stderr, "a PostgreSQL server is needed:", err)
			return 1
		}
		defer shared.stop()
		return m.Run()
	}())
}

// server is a PostgreSQL server with its own folder and port.
type server struct {
	port    int
	data    string
	process *process
}

// startServer makes an empty server in dir and starts it. The databases sort by
// a language by default, which no store may depend on.
func startServer(dir string, settings []string) (*server, error) {
	data, err := folder(dir, "data")
	if err != nil {
		return nil, err
	}
	locale := []string{"--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"}
	if err := run("initdb", append([]string{"-D", data, "-U", "enrol", "--auth=trust", "--no-sync"}, locale...)...); err != nil {
		return nil, err
	}
	return startIn(data, settings)
}

// startIn starts a server on the data in a folder.
func startIn(data string, settings []string) (*server, error) {
	s := &server{data: data, port: freePort()}
	arguments := []string{"-D", data, "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "fsync=off"} // processes end here, and no machine
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	var err error
	if s.process, err = start("postgres", arguments...); err != nil {
		return nil, err
	}
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		conn, err := pgx.Connect(context.Background(), s.url("postgres"))
		if err == nil {
			return s, conn.Close(context.Background())
		}
		if time.Now().After(end) {
			s.stop()
			return nil, err
		}
	}
}

// url returns where a database is.
func (s *server) url(database string) string {
	return fmt.Sprintf("postgres://enrol@127.0.0.1:%d/%s", s.port, database)
}

// stop ends the sessions, then the server.
func (s *server) stop() { s.process.end(syscall.SIGQUIT) }

var databases atomic.Int32

// database makes an empty database for a test, and returns its name and a
// function that runs SQL in it.
func (s *server) database(t *testing.T) (name string, sql func(statement string)) {
	t.Helper()
	name = fmt.Sprintf("test%d", databases.Add(1))
	admin := s.connect(t, "postgres")
	if _, err := admin.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	conn := s.connect(t, name)
	return name, func(statement string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), statement, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// connect makes a connection that ends with the test.
func (s *server) connect(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.url(database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// open opens a store that is closed with the test.
func open(t *testing.T, url string, options postgres.Options) kv.Store {
	t.Helper()
	store, err := postgres.Open(t.Context(), url, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// with adds parameters to a URL.
func with(url string, parameters ...string) string {
	for _, parameter := range parameters {
		if strings.Contains(url, "?") {
			url += "&" + parameter
		} else {
			url += "?" + parameter
		}
	}
	return url
}

func put(t *testing.T, store kv.Store, key, data string) (bool, error) {
	t.Helper()
	return store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: key, Data: data}}})
}

func mustPut(t *testing.T, store kv.Store, key, data string) {
	t.Helper()
	if applied, err := put(t, store, key, data); err != nil || !applied {
		t.Fatalf("commit: got (%v, %v), want (true, nil)", applied, err)
	}
}

func mustHold(t *testing.T, store kv.Store, key, data string) {
	t.Helper()
	values, err := store.Get(t.Context(), []string{key})
	if err != nil || values[0].Data != data {
		t.Fatalf("get: got (%+v, %v), want %q", values, err, data)
	}
}

// wait waits until a condition holds.
func wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %v still not: %s", patience, what)
		}
	}
}

// Programs of PostgreSQL, which refuse to run as root.

// process is a program that a test started.
type process struct {
	command *exec.Cmd
	ended   chan struct{}
}

func start(name string, arguments ...string) (*process, error) {
	p := &process{command: command(name, arguments...), ended: make(chan struct{})}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.command.Wait()
		close(p.ended)
	}()
	return p, nil
}

// end sends a signal and waits for the end.
func (p *process) end(signal syscall.Signal) {
	_ = p.command.Process.Signal(signal)
	<-p.ended
}

func run(name string, arguments ...string) error {
	c := command(name, arguments...)
	c.Stdout = nil
	var said strings.Builder
	c.Stderr = &said
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, said.String())
	}
	return nil
}

func command(name string, arguments ...string) *exec.Cmd {
	c := exec.Command(program(name), arguments...)
	c.Dir = "/"
	if os.Getenv("ENROL_TEST_LOG") != "" {
		c.Stderr = os.Stderr
	}
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT} // should the tests end early
	if uid, gid, ok := unprivileged(); ok {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return c
}

// program returns where a program is: Debian has versions of PostgreSQL, none
// of which is in the PATH.
func program(name string) string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	if len(found) > 0 {
		return slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })
	}
	return name
}

// unprivileged returns the user that runs the programs, if the tests are root.
func unprivileged() (uid, gid int, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, false
	}
	uid, uidErr := strconv.Atoi(account.Uid)
	gid, gidErr := strconv.Atoi(account.Gid)
	return uid, gid, errors.Join(uidErr, gidErr) == nil
}

// folder makes a folder for the programs in dir.
func folder(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	if err := errors.Join(os.Mkdir(path, 0o700), os.Chmod(dir, 0o755)); err != nil {
		return "", err
	}
	return path, own(path)
}

// own gives a file to the user that runs the programs.
func own(path string) error {
	if uid, gid, ok := unprivileged(); ok {
		return os.Chown(path, uid, gid)
	}
	return nil
}

// temporary returns a folder that the programs can reach, removed with the test.
func temporary(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "enrol-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func freePort() int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
