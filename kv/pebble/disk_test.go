package pebble

import (
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/enrol-sso/enrol/kv"
)

// hooked is a disk that calls a function before each operation.
func hooked(disk vfs.FS, hook func(op errorfs.Op) error) vfs.FS {
	return errorfs.Wrap(disk, errorfs.InjectorFunc(hook))
}

// diskError is the operating system's error for a broken disk.
func diskError(op errorfs.Op) error {
	return &fs.PathError{Op: "write", Path: op.Path, Err: syscall.EIO}
}

func writes(op errorfs.Op) bool {
	return op.Kind.ReadOrWrite() == errorfs.OpIsWrite && op.Kind != errorfs.OpLock
}

func isLogSync(op errorfs.Op) bool {
	return strings.HasSuffix(op.Path, ".log") && (op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData)
}

// syncGate blocks the syncs of the log once it is shut.
type syncGate struct {
	shut    atomic.Bool
	waiting chan struct{} // receives each sync that waits
	opened  chan struct{}
}

func newSyncGate() *syncGate {
	return &syncGate{waiting: make(chan struct{}, 100), opened: make(chan struct{})}
}

func (g *syncGate) hook(op errorfs.Op) error {
	if isLogSync(op) && g.shut.Load() {
		g.waiting <- struct{}{}
		<-g.opened
	}
	return nil
}

func openOn(t testing.TB, disk vfs.FS) *Store {
	t.Helper()
	s, err := open(disk, "/store", Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeStore(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, s *Store, key, data string) {
	t.Helper()
	applied, err := s.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: key, Data: data}}})
	if err != nil || !applied {
		t.Fatalf("commit: %v, %v", applied, err)
	}
}

func get(t testing.TB, s *Store, key string) kv.Value {
	t.Helper()
	values, err := s.Get(t.Context(), []string{key})
	if err != nil {
		t.Fatal(err)
	}
	return values[0]
}

// otherStripe is a key that does not share a lock with the one given.
func otherStripe(s *Store, key string) string {
	for i := 0; ; i++ {
		if other := fmt.Sprint(i); s.stripes.of(other) != s.stripes.of(key) {
			return other
		}
	}
}
