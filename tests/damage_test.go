package tests

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
)

// damage puts a record into a store that belongs to nothing.
func damage(t *testing.T, data string) {
	t.Helper()
	store, err := pebble.Open(data, pebble.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if applied, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "stray/key", Data: "{}"}}}); err != nil || !applied {
		t.Fatal(applied, err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}
