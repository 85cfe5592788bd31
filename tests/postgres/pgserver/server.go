//go:build linux

// Package pgserver starts PostgreSQL servers, and programs that belong to them, for
// tests and benchmarks. Start is its entry point. The programs must be installed.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long a server may take to answer.
const patience = 60 * time.Second

// Server is a PostgreSQL server with its own folder and port.
type Server struct {
	Port    int
	Data    string // its folder
	Process *Process
}

// Start makes an empty server in dir and starts it with settings, such as
// "fsync=on". Without that one, the server survives the end of its processes, and
// not that of the machine. The databases sort by a language by default, which no
// store may depend on.
func Start(dir string, settings []string) (*Server, error) {
	data, err := Folder(dir, "data")
	if err != nil {
		return nil, err
	}
	locale := []string{"--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"}
	if err := Run("initdb", append([]string{"-D", data, "-U", "enrol", "--auth=trust", "--no-sync"}, locale...)...); err != nil {
		return nil, err
	}
	return StartIn(data, settings)
}

// StartIn starts a server on the data in a folder.
func StartIn(data string, settings []string) (*Server, error) {
	s := &Server{Data: data, Port: FreePort()}
	arguments := []string{"-D", data, "-p", strconv.Itoa(s.Port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "fsync=off"} // processes end here, and no machine
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	var err error
	if s.Process, err = Launch("postgres", arguments...); err != nil {
		return nil, err
	}
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		conn, err := pgx.Connect(context.Background(), s.URL("postgres"))
		if err == nil {
			return s, conn.Close(context.Background())
		}
		if time.Now().After(end) {
			s.Stop()
			return nil, err
		}
	}
}

// URL returns where a database is. The database postgres is there from the start.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://enrol@127.0.0.1:%d/%s", s.Port, database)
}

// Stop ends the sessions, then the server.
func (s *Server) Stop() { s.Process.End(syscall.SIGQUIT) }

// Folder makes a folder for the programs in dir.
func Folder(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	if err := errors.Join(os.Mkdir(path, 0o700), os.Chmod(dir, 0o755)); err != nil {
		return "", err
	}
	return path, Own(path)
}

// FreePort returns a port that nobody listens on.
func FreePort() int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
