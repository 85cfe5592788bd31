//go:build etcd

package etcd_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/tests/etcd/cluster"
)

// raw returns a client for what no store does.
func raw(t *testing.T, c *cluster.Cluster) *clientv3.Client {
	t.Helper()
	client, err := c.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// write sets a key of the cluster, whatever store it belongs to.
func write(t *testing.T, client *clientv3.Client, key, value string) {
	t.Helper()
	if _, err := client.Put(t.Context(), key, value); err != nil {
		t.Fatal(err)
	}
}

func contains(err error, text string) bool { return strings.Contains(fmt.Sprint(err), text) }

func TestManyMayOpenANewStoreAtOnce(t *testing.T) {
	t.Parallel()
	url := shared.URL(newPrefix())
	var opening sync.WaitGroup
	for i := range 8 {
		opening.Go(func() {
			store, err := etcd.Open(t.Context(), url, etcd.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if applied, err := put(t, store, fmt.Sprint(i), "1"); err != nil || !applied {
				t.Errorf("commit: got (%v, %v)", applied, err)
			}
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	opening.Wait()
	entries, err := open(t, url, etcd.Options{}).Scan(t.Context(), "", "", 100)
	if err != nil || len(entries) != 8 {
		t.Errorf("the store has %d of 8 keys, %v", len(entries), err)
	}
}

func TestStoresUnderOtherPrefixesDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	prefix := newPrefix()
	var stores []kv.Store
	for _, name := range []string{"", "0", "1/kv", "é%20", "z"} {
		store := open(t, shared.URL(prefix+name), etcd.Options{})
		mustPut(t, store, "a", name)
		stores = append(stores, store)
	}
	for i, name := range []string{"", "0", "1/kv", "é%20", "z"} {
		mustHold(t, stores[i], "a", name)
		if entries, err := stores[i].Scan(t.Context(), "", "", 10); err != nil || len(entries) != 1 || entries[0].Key != "a" {
			t.Errorf("%q: got %+v, %v", name, entries, err)
		}
	}
}

func TestAPrefixThatOthersUseIsRefused(t *testing.T) {
	t.Parallel()
	client := raw(t, shared)
	for _, test := range []struct{ name, key, value, prefix, want string }{
		{"keys of another program", "%s/x", "1", "%s", "another program"},
		{"keys of another program below", "%s/kv/a", "1", "%s", "another program"},
		{"a store within it", "%s/inner/format", "enrol kv/etcd 1 X", "%s", "another program"},
		{"a store around it", "%s/format", "enrol kv/etcd 1 X", "%s/kv", "is within"},
		{"a store further around it", "%s/format", "enrol kv/etcd 1 X", "%s/a/b/c", "is within"},
	} {
		prefix := newPrefix()
		write(t, client, fmt.Sprintf(test.key, prefix), test.value)
		_, err := etcd.Open(t.Context(), shared.URL(fmt.Sprintf(test.prefix, prefix)), etcd.Options{})
		if !contains(err, test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
	// A neighbour is not in the way.
	prefix := newPrefix()
	write(t, client, prefix+"x/a", "1")
	write(t, client, prefix, "1")
	mustPut(t, open(t, shared.URL(prefix), etcd.Options{}), "a", "1")
}

func TestAStoreOfAnotherFormatIsRefused(t *testing.T) {
	t.Parallel()
	client := raw(t, shared)
	for _, test := range []struct {
		record string
		is     error
	}{
		{"enrol kv/etcd 2 X", kv.ErrNewer},
		{"enrol kv/etcd 999 X Y", kv.ErrNewer},
		{"enrol kv/etcd 0 X", kv.ErrDamaged},
		{"enrol kv/etcd 1", kv.ErrDamaged},
		{"enrol kv/etcd x X", kv.ErrDamaged},
		{"something else", kv.ErrDamaged},
	} {
		prefix := newPrefix()
		write(t, client, prefix+"/format", test.record)
		if _, err := etcd.Open(t.Context(), shared.URL(prefix), etcd.Options{}); !errors.Is(err, test.is) {
			t.Errorf("%q: got %v, want %v", test.record, err, test.is)
		}
	}
}

// Without that, a store that somebody deleted would look like one without
// accounts, and two programs could write different formats.
func TestAStoreThatChangesBelowAProgramIsAnError(t *testing.T) {
	t.Parallel()
	client := raw(t, shared)
	prefix := newPrefix()
	store := open(t, shared.URL(prefix), etcd.Options{})
	mustPut(t, store, "a", "1")
	found, err := client.Get(t.Context(), prefix+"/format")
	if err != nil || len(found.Kvs) != 1 {
		t.Fatalf("got %+v, %v", found, err)
	}
	write(t, client, prefix+"/format", "enrol kv/etcd 2 X")
	mustRefuse(t, store, kv.ErrNewer.Error())
	write(t, client, prefix+"/format", "enrol kv/etcd 1 X")
	mustRefuse(t, store, "changed")
	if _, err := client.Delete(t.Context(), prefix+"/", clientv3.WithPrefix()); err != nil {
		t.Fatal(err)
	}
	mustRefuse(t, store, "is gone")
	write(t, client, prefix+"/format", string(found.Kvs[0].Value))
	mustPut(t, store, "a", "1")
}
