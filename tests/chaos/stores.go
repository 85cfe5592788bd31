//go:build linux

package main

import (
	"context"
	"maps"
	"slices"

	"github.com/enrol-sso/enrol/kv"
)

// cluster is a running store of several servers.
type cluster interface {
	// url returns the store as a host sees it, through proxies that can be cut.
	url(host int) string

	// direct returns the store without proxies, while no fault goes on.
	direct() string

	// open opens the store without proxies.
	open(ctx context.Context) (kv.Store, error)

	// faults returns the faults of this store.
	faults() []fault

	stop()
}

// stores start an empty store for a number of hosts, with its files in a folder.
var stores = map[string]func(dir string, hosts int) (cluster, error){
	"etcd":     startEtcd,
	"postgres": startPostgres,
}

func storeNames() []string { return slices.Sorted(maps.Keys(stores)) }
