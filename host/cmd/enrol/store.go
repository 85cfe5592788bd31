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
	case !strings.HasPrefix(named, "postgres://") && !strings.HasPrefix(named, "postgresql://"):
		return storePlace{}, mistake("%s names no store: write pebble:DIR or postgres://USER@HOST:PORT/DATABASE", by)
	case isAmbiguous(named):
		return storePlace{}, mistake("%s has a user or a password, before the last @, with one of / ? # in it: "+
			"write / as %%2F, ? as %%3F, # as %%23, and @ as %%40 wherever it does not end them", by)
	case by == "--store" && hasPassword(named):
		return storePlace{}, mistake("other users can read the password in --store: set %s to the URL instead, or PGPASSWORD to the password", storeVariable)
	}
	return storePlace{url: named}, nil
}

// isAmbiguous reports whether what looks like the user and the password of a URL
// would be read as a host or a database, which messages name.
func isAmbiguous(url string) bool {
	_, rest, _ := strings.Cut(url, "://")
	at := strings.LastIndex(rest, "@")
	return at >= 0 && strings.ContainsAny(rest[:at], "/?#")
}

// hasPassword reports whether there is one in the URL of a database.
func hasPassword(url string) bool {
	_, rest, _ := strings.Cut(url, "://")
	authority, query, _ := strings.Cut(rest, "?")
	if at := strings.LastIndex(authority, "@"); at >= 0 && strings.Contains(authority[:at], ":") {
		return true
	}
	return strings.Contains(query, "password=") // also that of the file of a TLS key
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
	opened, err := postgres.Open(ctx, p.url, postgres.Options{})
	if err != nil {
		return nil, p.explain(err)
	}
	return opened, nil
}

// explain adds to an error why the store cannot be used, and what to do.
func (p storePlace) explain(err error) error {
	if p.url == "" {
		return explainStore(p.dir, err)
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
