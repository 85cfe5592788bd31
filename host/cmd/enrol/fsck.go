package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/checking"
	"github.com/enrol-sso/enrol/host/internal/printout"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/fsck"
)

func fsckCommand() *command {
	cmd := &command{
		name:    "fsck",
		summary: "Checks the data for damage.",
		details: `
Reads all data, opens every sealed value, and prints each record that is damaged
or refers to a missing record, one per line, as KEY: problem. It repairs nothing,
and changes only what opening the data after a crash changes. If a server uses a
data directory, it checks what the server had at one moment, in its own memory. A
database may be in use: if there are problems, fsck reads it up to three times,
and prints those that it found each time, since a change while it reads can look
like a problem. The keys of names contain usernames. Its memory does not grow with
the data: it needs a temporary file of about the size of the data, next to it or in
the directory of the system. It shows on a terminal how far it is. The exit status
is 1 if there are problems.

It also prints what was dropped from the end of the log after a crash, however
long ago, as DROPPED: problem. Remove the file DROPPED from the data when you
have investigated it. Data whose log is damaged before acknowledged commits is
refused: restore a backup. If no backup is better, --accept-loss drops the log
from the damage on.`,
		examples: []string{"enrol fsck --data ./data"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.existingFlags(f)
		acceptLoss := f.Bool("accept-loss", false, "drop everything after damage in the newest log, even if it was acknowledged")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		return checkData(c, at, *acceptLoss)
	}
	return cmd
}

func checkData(c *console, at place, acceptLoss bool) (err error) {
	source := keySourceOf(c, at.keyFile, at.data)
	key, err := source.read()
	if err != nil {
		return err
	}
	where, err := at.storePlace(c)
	if err != nil {
		return err
	}
	if where.url == "" {
		server, err := socketServer(where.dir)
		if err != nil {
			return err
		}
		if server != nil {
			return checkServer(c, server, source, key, where, acceptLoss)
		}
	}
	store, err := openDamaged(c, where, acceptLoss)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := store.Close(); err == nil && closeErr != nil {
			err = where.explain(closeErr)
		}
	}()
	if key == "" {
		_, err := firstKey(store, source, where, purpose{existing: true})
		return err
	}
	keys, err := signup.ParseKeys(key)
	if err != nil {
		return err
	}
	if err := checkKey(store, source, where, keys); err != nil {
		return err
	}
	findings, err := check(store, func() *counted { return newCounted(keys, where, newCount(c)) })
	if err != nil {
		return where.explain(err)
	}
	var dropped []string
	if dropper, ok := store.(interface{ Dropped() ([]string, error) }); ok {
		if dropped, err = dropper.Dropped(); err != nil {
			return where.explain(err)
		}
	}
	return printFindings(c, where, findings, dropped)
}

// checkServer checks the data that a server uses, as it is at one moment.
func checkServer(c *console, server *remote, source keySource, key signup.Secret, where storePlace, acceptLoss bool) error {
	if acceptLoss {
		return mistake("--accept-loss needs the server that uses %s stopped", where)
	}
	if key == "" {
		return missingKey(source, where)
	}
	keys, err := signup.ParseKeys(key)
	if err != nil {
		return err
	}
	shown := newCount(c)
	defer shown.clear()
	checker := newCounted(keys, where, shown)
	defer checker.Close()
	dropped, err := server.snapshot(func(entry kv.Entry) error {
		if entry.Key == signup.MetaKeys {
			if err := signup.CheckKeys(keys, entry.Value); errors.Is(err, signup.ErrWrongKey) {
				return wrongKey(source, where, err)
			}
		}
		return checker.Add(entry)
	})
	if _, refused := errors.AsType[*failure](err); refused {
		return err
	} else if err != nil {
		return fmt.Errorf("%s was not checked: %w", where, err)
	}
	findings, err := checker.Findings()
	shown.clear()
	if err != nil {
		return fmt.Errorf("%s was not checked: %w", where, err)
	}
	return printFindings(c, where, findings, dropped)
}

// counted is a check that shows how far it is.
type counted struct {
	*checking.Check
	shown             *progress
	records, accounts int
}

// newCounted begins a check. Its temporary file is next to the data.
func newCounted(keys *signup.Keys, where storePlace, shown *progress) *counted {
	dir := "" // that of the system
	if where.url == "" {
		dir = filepath.Dir(nextTo(where.dir, ""))
	}
	k := &counted{shown: shown}
	k.Check = checking.New(keys, dir, func(part, parts int) {
		shown.show(func() string {
			return fmt.Sprintf("%d %% of %s compared", part*100/parts, count(k.accounts, "account"))
		})
	})
	return k
}

// Add hands an entry to the check.
func (k *counted) Add(entry kv.Entry) error {
	k.records++
	if strings.HasPrefix(entry.Key, "user/") {
		k.accounts++
	}
	k.shown.show(func() string { return count(k.records, "record") + " read, " + count(k.accounts, "account") })
	return k.Check.Add(entry)
}

// openDamaged opens a store that exists.
func openDamaged(c *console, where storePlace, acceptLoss bool) (store, error) {
	logger := newLogger(c.stderr)
	switch {
	case !where.exists():
		return nil, mistake("there is no data directory %s: name another one with --data", where)
	case !acceptLoss:
		return where.open(logger)
	case where.url != "":
		return nil, mistake("--accept-loss is for a data directory: a database repairs its log by itself")
	}
	opened, err := pebble.Open(where.dir, pebble.Options{Logger: logger, AcceptLoss: true})
	if err != nil {
		return nil, where.explain(err)
	}
	return opened, nil
}

// checkKey checks that the store is sealed with these keys. With other keys,
// everything sealed would look damaged.
func checkKey(store store, source keySource, where storePlace, keys *signup.Keys) error {
	values, err := store.Get(context.Background(), []string{signup.MetaKeys})
	if err != nil {
		return where.explain(err)
	}
	if err := signup.CheckKeys(keys, values[0]); errors.Is(err, signup.ErrWrongKey) {
		return wrongKey(source, where, err)
	}
	return nil
}

// readings is how often fsck reads a store that others can change.
const readings = 3

// check returns what is wrong in a store. If others can change it meanwhile, it
// returns what persists.
func check(store kv.Store, begin func() *counted) ([]fsck.Finding, error) {
	found, err := checkOnce(store, begin())
	if exclusive, ok := store.(kv.Exclusive); ok && exclusive.Exclusive() {
		return found, err
	}
	for n := 1; n < readings && err == nil && len(found) > 0; n++ {
		var again []fsck.Finding
		again, err = checkOnce(store, begin())
		found = slices.DeleteFunc(found, func(f fsck.Finding) bool { return !slices.Contains(again, f) })
	}
	return found, err
}

// checkOnce hands every entry to a check.
func checkOnce(store kv.Store, checker *counted) ([]fsck.Finding, error) {
	defer checker.Close()
	defer checker.shown.clear()
	for after := ""; ; {
		entries, err := store.Scan(context.Background(), "", after, kv.MaxScanLimit)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if err := checker.Add(entry); err != nil {
				return nil, err
			}
		}
		if len(entries) < kv.MaxScanLimit {
			return checker.Findings()
		}
		after = entries[len(entries)-1].Key
	}
}

// printFindings prints the findings, and what was dropped from the end of the log.
func printFindings(c *console, where storePlace, findings []fsck.Finding, dropped []string) error {
	for _, line := range dropped {
		findings = append(findings, fsck.Finding{Key: "DROPPED", Problem: line})
	}
	if err := printout.Problems(c.stdout, findings); err != nil {
		return fmt.Errorf("the problems cannot be written: %w", err)
	}
	if len(findings) > 0 {
		return &failure{exitRefused, errors.New(printout.Damaged(where.String(), findings))}
	}
	return nil
}
