//go:build linux

package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/kv/postgres"
	"github.com/enrol-sso/enrol/tests/etcd/cluster"
	"github.com/enrol-sso/enrol/tests/postgres/pgserver"
)

// engine is a kind of store.
type engine struct {
	name   string
	shared bool // several hosts can share a store
	kept   bool // start can use what another run left

	// start makes a place in a folder, or starts what a run left there.
	start func(ctx context.Context, dir string) (*place, error)

	// open opens the store at the URL of a place.
	open func(ctx context.Context, url string) (kv.Store, error)
}

var engines = []engine{
	{"pebble", false, true, startPebble, openPebble},
	{"postgres", true, true, startPostgres, openPostgres},
	{"etcd", true, false, startEtcd, openEtcd},
}

func engineNames() (names []string) {
	for _, e := range engines {
		names = append(names, e.name)
	}
	return names
}

// openStore opens the store at the URL of a place.
func openStore(ctx context.Context, url string) (kv.Store, error) {
	scheme, _, _ := strings.Cut(url, ":")
	for _, e := range engines {
		if e.name == scheme {
			return e.open(ctx, url)
		}
	}
	return nil, fmt.Errorf("%q is not the URL of a store", url)
}

// place is where a store is.
type place struct {
	url     string
	servers []int                                    // their processes
	size    func(ctx context.Context) (int64, error) // bytes on disk, without logs
	settle  func(ctx context.Context) error          // does what the server puts off
	stop    func()
}

func startPebble(_ context.Context, dir string) (*place, error) {
	data := filepath.Join(dir, "data")
	return &place{
		url: "pebble:" + data,
		size: func(ctx context.Context) (int64, error) {
			store, err := openPebble(ctx, data) // which writes the log to tables
			if err == nil {
				err = store.Close()
			}
			if err != nil {
				return 0, err
			}
			return tables(data)
		},
		settle: func(context.Context) error { return nil },
		stop:   func() {},
	}, nil
}

func openPebble(_ context.Context, url string) (kv.Store, error) {
	return pebble.Open(strings.TrimPrefix(url, "pebble:"), pebble.Options{})
}

// tables returns the bytes of the tables of Pebble in a folder.
func tables(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".sst" {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}

// startPostgres starts a server with its default settings, which syncs.
func startPostgres(ctx context.Context, dir string) (*place, error) {
	const database = "postgres"
	settings := []string{"fsync=on"}
	var s *pgserver.Server
	data := filepath.Join(dir, "data")
	_, err := os.Stat(data)
	if err == nil {
		s, err = pgserver.StartIn(data, settings)
	} else {
		s, err = pgserver.Start(dir, settings)
	}
	if err != nil {
		return nil, err
	}
	query := func(ctx context.Context, sql string, answer ...any) error {
		conn, err := pgx.Connect(ctx, s.URL(database))
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		if len(answer) > 0 {
			return conn.QueryRow(ctx, sql).Scan(answer...)
		}
		_, err = conn.Exec(ctx, sql)
		return err
	}
	return &place{
		url:     s.URL(database),
		servers: []int{s.Process.ID()},
		size: func(ctx context.Context) (bytes int64, err error) {
			return bytes, query(ctx, "SELECT pg_total_relation_size('enrol_kv')", &bytes)
		},
		settle: func(ctx context.Context) error {
			if err := query(ctx, "VACUUM ANALYZE enrol_kv"); err != nil {
				return err
			}
			return query(ctx, "CHECKPOINT")
		},
		stop: s.Stop,
	}, nil
}

func openPostgres(ctx context.Context, url string) (kv.Store, error) {
	return postgres.Open(ctx, url, postgres.Options{})
}

// startEtcd starts three members, which sync. Their quota is the largest that
// etcd recommends.
func startEtcd(_ context.Context, dir string) (*place, error) {
	c, err := cluster.Start(dir, cluster.Options{Arguments: []string{"--unsafe-no-fsync=false", "--quota-backend-bytes=8589934592"}})
	if err != nil {
		return nil, err
	}
	at := &place{
		url:    c.URL("enrol"),
		size:   func(ctx context.Context) (int64, error) { return inUse(ctx, c) },
		settle: func(context.Context) error { return nil },
		stop:   c.Stop,
	}
	for _, member := range c.Members {
		at.servers = append(at.servers, member.ID())
	}
	return at, nil
}

// inUse returns the bytes in use in the database of one member. All have the same.
func inUse(ctx context.Context, c *cluster.Cluster) (int64, error) {
	client, err := c.Connect()
	if err != nil {
		return 0, err
	}
	defer client.Close()
	status, err := client.Status(ctx, c.Members[0].Client)
	if err != nil {
		return 0, err
	}
	return status.DbSizeInUse, nil
}

func openEtcd(ctx context.Context, url string) (kv.Store, error) {
	return etcd.Open(ctx, url, etcd.Options{})
}
