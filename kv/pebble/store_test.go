package pebble_test

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/kvtest"
	"github.com/enrol-sso/enrol/kv/pebble"
)

func TestPebbleHoldsTheContract(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) kv.Store {
		store, err := pebble.Open(t.TempDir(), pebble.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}
