//go:build etcd

// The tests of kv/etcd on real clusters, which they start: see make test-etcd.
package etcd_test

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/tests/etcd/cluster"
)

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

// shared is the cluster of most tests, each of which has a prefix of its own.
var shared *cluster.Cluster

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "enrol-etcd-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		// On a busy machine, members must not take each other for dead.
		if shared, err = cluster.Start(dir, cluster.Options{Arguments: []string{"--heartbeat-interval=500", "--election-timeout=5000"}}); err != nil {
			fmt.Fprintln(os.Stderr, "an etcd cluster is needed:", err)
			return 1
		}
		defer shared.Stop()
		return m.Run()
	}())
}

// start starts a cluster that ends with the test.
func start(t *testing.T, options cluster.Options) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.TempDir(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

var prefixes atomic.Int32

// newPrefix returns a prefix that no test has used.
func newPrefix() string { return fmt.Sprintf("test%d", prefixes.Add(1)) }

// open opens a store that is closed with the test.
func open(t *testing.T, url string, options etcd.Options) kv.Store {
	t.Helper()
	store, err := etcd.Open(t.Context(), url, options)
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

// outcome names what a commit returned.
func outcome(applied bool, err error) string {
	switch {
	case errors.Is(err, kv.ErrUnknown):
		return "unknown"
	case err != nil:
		return "failure"
	case applied:
		return "applied"
	}
	return "refused"
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
