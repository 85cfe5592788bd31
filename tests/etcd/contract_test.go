//go:build etcd

package etcd_test

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/kv/kvtest"
)

func TestEtcdHoldsTheContract(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) kv.Store {
		store, err := etcd.Open(t.Context(), shared.URL(newPrefix()), etcd.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}
