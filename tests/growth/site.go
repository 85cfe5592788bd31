//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// site is a store with accounts, and the secret key of its records.
type site struct {
	*place
	dir      string
	key      signup.Secret
	accounts int
	bytes    int64 // on disk, when it had only these accounts
}

// prepare makes a store with accounts in a folder below dir, or opens the one that
// another run left there. It writes the file of their size last.
func prepare(ctx context.Context, e engine, dir string, accounts int) (*site, error) {
	at := &site{dir: filepath.Join(dir, fmt.Sprint(e.name, "-", accounts)), accounts: accounts}
	keyFile, sizeFile := filepath.Join(at.dir, "key"), filepath.Join(at.dir, "bytes")
	text, err := os.ReadFile(sizeFile)
	made := err == nil
	if !made && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if made {
		key, err := os.ReadFile(keyFile)
		if err != nil {
			return nil, err
		}
		at.key = signup.Secret(key)
		if at.bytes, err = strconv.ParseInt(string(text), 10, 64); err != nil {
			return nil, fmt.Errorf("%s: %w", sizeFile, err)
		}
	} else {
		at.key = host.NewSecretKey()
		if err := os.RemoveAll(at.dir); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(at.dir, 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(keyFile, []byte(at.key), 0o600); err != nil {
			return nil, err
		}
	}
	if at.place, err = e.start(ctx, at.dir); err != nil || made {
		return at, err
	}
	if err := at.fill(ctx); err != nil {
		at.stop()
		return nil, err
	}
	return at, os.WriteFile(sizeFile, []byte(fmt.Sprint(at.bytes)), 0o600)
}

// fill makes the accounts.
func (at *site) fill(ctx context.Context) error {
	began := time.Now()
	store, err := openStore(ctx, at.url)
	if err != nil {
		return err
	}
	if err := errors.Join(populate(ctx, store, at.key, at.accounts), at.settle(ctx)); err != nil {
		return errors.Join(err, store.Close())
	}
	at.quiet(os.Getpid()) // compactions
	if err := store.Close(); err != nil {
		return err
	}
	at.bytes, err = at.size(ctx)
	fmt.Fprintf(os.Stderr, "growth: %s: %d accounts after %.0f s\n", at.dir, at.accounts, time.Since(began).Seconds())
	return err
}

// quiet waits until this process and the server do next to nothing.
func (at *site) quiet(process int) {
	const (
		patience = 10 * time.Minute
		look     = 2 * time.Second
		little   = look / 20 // of CPU time between two looks
	)
	of := func() time.Duration { return usageOf(process).cpu + usageOf(at.server).cpu }
	for end, before := time.Now().Add(patience), of(); time.Now().Before(end); {
		time.Sleep(look)
		now := of()
		if now-before < little {
			return
		}
		before = now
	}
}

// usage is what the hosts and the server have used so far.
func (at *site) usage(c *crowd) (total usage) {
	total = usageOf(at.server)
	total.server = total.cpu
	for _, member := range c.members {
		total.add(usageOf(member.command.Process.Pid))
	}
	return total
}
