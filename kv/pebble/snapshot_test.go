package pebble

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
)

func commitOne(t *testing.T, s *Store, key, data string) {
	t.Helper()
	if applied, err := s.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: key, Data: data}}}); err != nil || !applied {
		t.Fatal(applied, err)
	}
}

func TestSnapshotStaysAsItWas(t *testing.T) {
	s, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		commitOne(t, s, fmt.Sprint("a/", n), "before")
	}
	snapshot, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	commitOne(t, s, "a/1", "after")
	commitOne(t, s, "a/3", "after")
	if applied, err := s.Commit(t.Context(), kv.Batch{Deletes: []string{"a/2"}}); err != nil || !applied {
		t.Fatal(applied, err)
	}
	entries, err := snapshot.Scan(t.Context(), "a/", "a/0", 10)
	if err != nil || len(entries) != 2 {
		t.Fatal(entries, err)
	}
	for i, entry := range entries {
		if entry.Key != fmt.Sprint("a/", i+1) || entry.Data != "before" || entry.Version != kv.Version("before") {
			t.Errorf("%+v", entry)
		}
	}
	if _, err := snapshot.Scan(t.Context(), "", "", kv.MaxScanLimit+1); err == nil {
		t.Error("a limit that is too high is accepted")
	}

	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	select {
	case err := <-closed:
		t.Fatalf("the store closed below its snapshot: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := errors.Join(snapshot.Close(), snapshot.Close(), <-closed); err != nil {
		t.Error(err)
	}
	if _, err := s.Snapshot(t.Context()); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("a snapshot of a closed store: %v", err)
	}
}
