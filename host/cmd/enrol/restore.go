package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host/internal/backup"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

func restoreCommand() *command {
	cmd := &command{
		name:    "restore",
		args:    "DIR",
		summary: "Makes a data directory from a backup.",
		details: `
DIR is the directory of enrol backup, whose newest backup it takes, or one of the
backups in it. The data directory must be empty or not exist, and no server may
use it: nothing is overwritten. The secret key of the data must be there, as for
every other command; it is in no backup.

It first compares all files with the manifest, and refuses a backup in which one is
missing, changed or too many. Then it copies them, and opens the data once with the
key. Data that was not restored to the end is refused by the server.

What happened after the backup is gone: accounts since then do not exist, and
events that waited then are delivered again, with the same ids.`,
		examples: []string{
			"enrol restore --data ./restored --key-file data.key ./backup",
			"enrol restore --data ./restored --key-file data.key ./backup/20261128T103235.000Z",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.existingFlags(f)
		args, err := f.parse(c, args, 1, 1)
		if err != nil {
			return err
		}
		where, err := at.directory(c)
		if err != nil {
			return err
		}
		return restore(c, at, where, args[0])
	}
	return cmd
}

// restore makes the data of a place from the newest generation of a directory, or from
// the one that is named.
func restore(c *console, at place, where storePlace, dir string) error {
	server, err := socketServer(where.dir)
	if err != nil {
		return err
	}
	if server != nil {
		return mistake("a server uses %s: stop it, and move its data away", where)
	}
	generation, err := backup.Find(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return mistake("there is no backup in %s: name the directory of enrol backup, or one in it", dir)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", dir, err)
	}
	manifest, err := backup.Read(generation)
	if err != nil {
		return explainBackup(generation, err)
	}
	source := keySourceOf(c, at.keyFile, at.data)
	key, err := source.read()
	if err != nil {
		return err
	}
	sealed := storePlace{dir: generation} // for errors about the key
	if key == "" {
		return missingKey(source, sealed)
	}
	keys, err := signup.ParseKeys(key)
	if err != nil {
		return err
	}
	if missing := missingID(manifest.Keys, key); missing != "" {
		return mistake("%s is not the key that %s was sealed with: it needs the key %s", source, sealed, missing)
	}
	shown := newCount(c)
	defer shown.clear()
	watch := watchOf(c, shown, "compared")
	fill := func(into string) error {
		if err := backup.Verify(generation, manifest, watch); err != nil {
			return explainBackup(generation, err)
		}
		watch.Show = func(bytes, total int64) {
			shown.show(func() string { return size(bytes) + " of " + size(total) + " copied" })
		}
		if err := backup.Copy(generation, manifest, into, watch); err != nil {
			return explainBackup(generation, err)
		}
		return nil
	}
	check := func(store *pebble.Store) error { return checkKey(store, source, sealed, keys) }
	err = pebble.Restore(where.dir, pebble.Options{Logger: newLogger(c.stderr)}, fill, check)
	shown.clear()
	if named, ok := errors.AsType[*failure](err); ok {
		return named
	}
	if err != nil {
		return where.explain(err)
	}
	_, err = fmt.Fprintf(c.stdout, "%s is as it was at %s: check it with enrol fsck, and start the server\n", where, manifest.Time.Format(time.RFC3339))
	if err != nil {
		return fmt.Errorf("the result cannot be written: %w", err)
	}
	return nil
}

// missingID returns the first id that is not one of these keys'.
func missingID(ids []string, keys signup.Secret) string {
	var have []string
	for key := range strings.SplitSeq(string(keys), ",") {
		id, _, _ := strings.Cut(strings.TrimSpace(key), ":")
		have = append(have, id)
	}
	for _, id := range ids {
		if !slices.Contains(have, id) {
			return id
		}
	}
	return ""
}

// explainBackup adds to an error why a generation was not restored, and what to do.
func explainBackup(generation string, err error) error {
	switch {
	case errors.Is(err, backup.ErrStopped):
		err = fmt.Errorf("interrupted: nothing was restored")
	case errors.Is(err, kv.ErrNewer):
		err = fmt.Errorf("the backup %s %w", generation, err)
	case errors.Is(err, kv.ErrDamaged):
		err = fmt.Errorf("the backup %s is damaged: %w: restore another one", generation, err)
	default:
		err = fmt.Errorf("the backup %s was not restored: %w", generation, err)
	}
	return &failure{exitFault, err}
}
