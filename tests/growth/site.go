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
)

// site is a store with accounts.
type site struct {
	*place
	dir      string
	key      string // the secret key of the records
	accounts int
	bytes    int64 // on disk, when it had only these accounts
}

// prepare makes a store with accounts in a folder below dir, or opens the one that
// another run left there. It writes the file of their size last.
func (p *population) prepare(ctx context.Context, e engine, dir string, accounts int) (*site, error) {
	at := &site{dir: filepath.Join(dir, fmt.Sprint(e.name, "-", accounts)), key: p.Key, accounts: accounts}
	sizeFile := filepath.Join(at.dir, "bytes")
	text, err := os.ReadFile(sizeFile)
	switch {
	case err == nil && e.kept:
		if at.bytes, err = strconv.ParseInt(string(text), 10, 64); err != nil {
			return nil, fmt.Errorf("%s: %w", sizeFile, err)
		}
		at.place, err = e.start(ctx, at.dir)
		return at, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if err := errors.Join(os.RemoveAll(at.dir), os.MkdirAll(at.dir, 0o755)); err != nil {
		return nil, err
	}
	if at.place, err = e.start(ctx, at.dir); err != nil {
		return nil, err
	}
	if err := at.fill(ctx, p); err != nil {
		at.stop()
		return nil, err
	}
	return at, os.WriteFile(sizeFile, []byte(fmt.Sprint(at.bytes)), 0o600)
}

// fill writes the accounts.
func (at *site) fill(ctx context.Context, p *population) error {
	began := time.Now()
	store, err := openStore(ctx, at.url)
	if err != nil {
		return err
	}
	if err := errors.Join(p.fill(ctx, store, at.accounts), at.settle(ctx)); err != nil {
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

// quiet waits until a process and the servers do next to nothing.
func (at *site) quiet(process int) {
	const (
		patience = 10 * time.Minute
		look     = 2 * time.Second
		little   = look / 20 // of CPU time between two looks
	)
	of := func() time.Duration { return usageOf(append(at.servers, process)...).cpu }
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
	total = usageOf(at.servers...)
	total.server = total.cpu
	for _, member := range c.members {
		total.add(usageOf(member.command.Process.Pid))
	}
	return total
}
