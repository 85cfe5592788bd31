package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/kv/postgres"
)

// storeVariable can hold what --store names, with a password.
const storeVariable = "ENROL_STORE"

// store is an open store of any kind.
type store interface {
	kv.Store
	Empty(ctx context.Context) (bool, error)
}

// storePlace is where the data is: in a directory, or in a database.
type storePlace struct {
	dir string
	url string // "" for a directory
}

// storePlace returns where --store says that the data is, else the environment,
// else in the directory of --data.
func (p *place) storePlace(c *console) (storePlace, error) {
	named, by := p.store, "--store"
	if named == "" {
		named, by = c.getenv(storeVariable), storeVariable
	}
	dir, isDir := strings.CutPrefix(named, "pebble:")
	switch {
	case named == "":
		return storePlace{dir: p.data}, nil
	case isDir && dir != "":
		return storePlace{dir: dir}, nil
	case !isPostgres(named) && !isEtcd(named):
		return storePlace{}, mistake("%s names no store: write pebble:DIR, postgres://USER@HOST:PORT/DATABASE "+
			"or etcd://HOST:PORT,HOST:PORT/PREFIX, and etcds:// for TLS", by)
	case isAmbiguous(named):
		return storePlace{}, mistake("%s has a user or a password, before the last @, with one of / ? # in it: "+
			"write / as %%2F, ? as %%3F, # as %%23, and @ as %%40 wherever it does not end them", by)
	case by == "--store" && hasPassword(named):
		return storePlace{}, mistake("other users can read the password in --store: set %s to the URL instead, or %s to the password",
			storeVariable, passwordVariable(named))
	case isEtcd(named):
		named = withPassword(named, c.getenv(etcdPasswordVariable))
	}
	return storePlace{url: named}, nil
}

// String returns the directory, or the database without its user.
func (p storePlace) String() string {
	if p.url == "" {
		return p.dir
	}
	scheme, rest, _ := strings.Cut(p.url, "://")
	rest, _, _ = strings.Cut(rest, "?")
	return scheme + "://" + rest[strings.LastIndex(rest, "@")+1:]
}

// exists reports false for a directory that is not there.
func (p storePlace) exists() bool {
	if p.url != "" {
		return true
	}
	_, err := os.Stat(p.dir)
	return !errors.Is(err, fs.ErrNotExist)
}

// isBlank reports whether opening the store would make a data directory, or its first
// file.
func (p storePlace) isBlank() bool {
	if p.url != "" {
		return false
	}
	entries, err := os.ReadDir(p.dir)
	return errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0
}

// noData stands for a store that a command must not make.
type noData struct{ *memory.Store }

// Empty implements store.
func (noData) Empty(context.Context) (bool, error) { return true, nil }

// openWithin is how long a command waits for a database at start.
const openWithin = 30 * time.Second

// open opens the store.
func (p storePlace) open(logger *slog.Logger) (store, error) {
	if p.url == "" {
		opened, err := pebble.Open(p.dir, pebble.Options{Logger: logger})
		if err != nil {
			return nil, p.explain(err)
		}
		return opened, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), openWithin)
	defer cancel()
	opened, err := openURL(ctx, p.url)
	if err != nil {
		return nil, p.explain(err)
	}
	return opened, nil
}

func openURL(ctx context.Context, url string) (store, error) {
	if isEtcd(url) {
		return etcd.Open(ctx, url, etcd.Options{})
	}
	return postgres.Open(ctx, url, postgres.Options{})
}

// explain adds to an error why the store cannot be used, and what to do.
func (p storePlace) explain(err error) error {
	if p.url == "" {
		return explainStore(p.dir, err)
	}
	if errors.Is(err, kv.ErrURL) { // so its parts may not be what they look like
		return mistake("the database cannot be used: %w: mend --store or %s", err, storeVariable)
	}
	return fmt.Errorf("the database %s cannot be used: %w", p, err)
}

// another says how to name another store.
func (p storePlace) another() string {
	if p.url == "" {
		return "name another directory with --data"
	}
	return "name another database with --store or " + storeVariable
}
