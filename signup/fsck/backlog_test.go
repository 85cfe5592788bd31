package fsck_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup/fsck"
)

func put(t *testing.T, store kv.Store, key, data string) {
	t.Helper()
	if applied, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: key, Data: data}}}); err != nil || !applied {
		t.Fatal(applied, err)
	}
}

func scan(t *testing.T, store kv.Store) fsck.Scan {
	return func(prefix, after string, limit int) ([]kv.Entry, error) {
		return store.Scan(t.Context(), prefix, after, limit)
	}
}

func event(created int) string {
	return fmt.Sprintf(`{"v":1,"id":"x","user":"u","destination":"d","created":%d,"due":0,"tries":0,"sealed":"s"}`, created)
}

func TestBacklog(t *testing.T) {
	store := memory.New()
	if b, err := fsck.ReadBacklog(scan(t, store)); b != (fsck.Backlog{}) || err != nil {
		t.Errorf("an empty store: %v %v", b, err)
	}
	put(t, store, "event/1", event(3000))
	put(t, store, "event/2", event(2000))
	put(t, store, "event/3", "damaged")
	put(t, store, "dead/00/1/x", "{}")
	put(t, store, "pending/00/1/x", "{}")
	put(t, store, "pending/01/1/y", "{}")
	put(t, store, "user/x", "{}")
	want := fsck.Backlog{Events: 3, Oldest: 2000, Dead: 1, Pending: 2}
	if b, err := fsck.ReadBacklog(scan(t, store)); b != want || err != nil {
		t.Errorf("got %v %v, want %v", b, err, want)
	}
}

func TestBacklogIsBounded(t *testing.T) {
	store := memory.New()
	for i := range fsck.BacklogLimit + 1 {
		put(t, store, fmt.Sprintf("dead/00/%06d", i), "{}")
	}
	if b, err := fsck.ReadBacklog(scan(t, store)); b.Dead != fsck.BacklogLimit || err != nil {
		t.Errorf("got %v %v", b, err)
	}
	store.Close()
	if _, err := fsck.ReadBacklog(scan(t, store)); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("a closed store: %v", err)
	}
}
