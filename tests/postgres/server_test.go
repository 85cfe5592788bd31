//go:build postgres

// The tests of kv/postgres on real servers, which they start: see make
// test-postgres.
package postgres_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/postgres"
	"github.com/enrol-sso/enrol/tests/postgres/pgserver"
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
		defer shared.Stop()
		return m.Run()
	}())
}

// server is a PostgreSQL server with the databases of tests.
type server struct{ *pgserver.Server }

func startServer(dir string, settings []string) (*server, error) {
	s, err := pgserver.Start(dir, settings)
	return &server{s}, err
}

func startIn(data string, settings []string) (*server, error) {
	s, err := pgserver.StartIn(data, settings)
	return &server{s}, err
}

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
	conn, err := pgx.Connect(t.Context(), s.URL(database))
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
