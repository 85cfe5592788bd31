package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/backup"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/kv/private"
)

func backupCommand() *command {
	cmd := &command{
		name:    "backup",
		args:    "DIR",
		summary: "Backs the data up, also while a server uses it.",
		details: `
Adds a backup to DIR, in a new directory with the time as its name: the files of
the data as they were at one moment, with everything that was acknowledged before
the command began, and a manifest with their sizes and checksums. It reads the
whole data once, and needs no secret key. DIR is made if it does not exist; it and
its files belong to this user alone.

Where DIR is on the same file system as the data, files are linked, not copied.
Elsewhere, files are linked that the newest backup in DIR has too. A backup that
is interrupted gets no name, and the next one removes it.

The secret key and the audit trail are not in the backup. Keep the key apart from
it: without the key, nobody can read the backup, and it cannot be restored.

Data in PostgreSQL or etcd is backed up with the database's own tools.`,
		examples: []string{"enrol backup --data ./data ./backup", "enrol backup --data ./data --keep 30 ./backup"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		f.StringVar(&at.data, "data", "./data", "`DIR` of the data")
		at.storeFlag(f)
		keep := f.Int("keep", 0, "remove the oldest backups, and keep the newest `N`; 0 removes none")
		args, err := f.parse(c, args, 1, 1)
		if err != nil {
			return err
		}
		if *keep < 0 {
			return mistake("--keep must not be negative")
		}
		where, err := at.directory(c)
		if err != nil {
			return err
		}
		return backUp(c, where, args[0], *keep)
	}
	return cmd
}

// directory returns the data directory, and refuses a database.
func (p *place) directory(c *console) (storePlace, error) {
	where, err := p.storePlace(c)
	switch {
	case err != nil || where.url == "":
		return where, err
	case isEtcd(where.url):
		return where, mistake("%s is a database: back it up with etcdctl snapshot save, and restore it with etcdutl snapshot restore", where)
	}
	return where, mistake("%s is a database: back it up with pg_dump or pg_basebackup, and restore it with pg_restore or as PostgreSQL's manual says", where)
}

// backUp adds a generation to a directory.
func backUp(c *console, where storePlace, dir string, keep int) (err error) {
	if !where.exists() {
		return mistake("there is no data directory %s: name another one with --data", where)
	}
	if within(dir, where.dir) {
		return mistake("%s is within the data directory %s: name a directory elsewhere", dir, where)
	}
	into, err := backup.Use(dir)
	switch {
	case errors.Is(err, private.ErrNotPrivate), errors.Is(err, fs.ErrExist):
		return mistake("%s cannot be used for backups: %w", dir, err)
	case errors.Is(err, kv.ErrInUse):
		return fmt.Errorf("%s is in use by another backup: wait until that ends", dir)
	case err != nil:
		return fmt.Errorf("%s cannot be used for backups: %w", dir, err)
	}
	defer func() { err = errors.Join(err, into.Close()) }()
	shown := newCount(c)
	watch := watchOf(c, shown, "backed up")
	built := buildOf(debug.ReadBuildInfo())
	var made backup.Made
	write := func(lent *lentCopy) (err error) {
		made, err = into.Write(lent.source(where.dir), lent.Begun, built.version, built.commit, watch)
		return err
	}
	err = withCopy(c, where, write, watch.Stop)
	shown.clear()
	if err != nil {
		return err
	}
	removed := 0
	if keep > 0 {
		if removed, err = into.Keep(keep); err != nil {
			return fmt.Errorf("%s was backed up to %s, but earlier backups cannot be removed: %w", where, made.Generation, err)
		}
	}
	text := fmt.Sprintf("%s: %s of %s, %s copied", made.Generation, count(made.Files, "file"), size(made.Bytes), size(made.Copied))
	if removed > 0 {
		text += ", " + count(removed, "earlier backup") + " removed"
	}
	if _, err := fmt.Fprintln(c.stdout, text); err != nil {
		return fmt.Errorf("the result cannot be written: %w", err)
	}
	return nil
}

// withCopy calls a function with a copy of the files of the data, by its server if one
// runs. When stop is closed, it no longer waits for that.
func withCopy(c *console, where storePlace, use func(*lentCopy) error, stop <-chan struct{}) (err error) {
	server, err := socketServer(where.dir)
	if err != nil {
		return err
	}
	defer func() {
		if _, named := errors.AsType[*failure](err); err != nil && !named {
			err = fmt.Errorf("%s was not backed up: %w", where, err)
		}
	}()
	if server != nil {
		return server.copied(use, stop)
	}
	opened, err := where.open(newLogger(c.stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	lent, made, err := copyStore(context.Background(), opened.(*pebble.Store))
	if err != nil {
		return err
	}
	return errors.Join(use(lent), made.Close())
}

// within reports whether a path leads into a directory, or to it.
func within(path, dir string) bool {
	real := func(path string) string {
		rest := ""
		for at, err := filepath.Abs(path); err == nil; at, rest = filepath.Dir(at), filepath.Join(filepath.Base(at), rest) {
			if resolved, err := filepath.EvalSymlinks(at); err == nil {
				return filepath.Join(resolved, rest)
			}
		}
		return path
	}
	inside, err := filepath.Rel(real(dir), real(path))
	return err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(os.PathSeparator))
}

// watchOf ends long work at a signal, and shows how far it is.
func watchOf(c *console, shown *progress, done string) *backup.Watch {
	return &backup.Watch{
		Stop: interruptsAndHangup(c),
		Show: func(bytes, total int64) {
			shown.show(func() string { return size(min(bytes, total)) + " of " + size(total) + " " + done })
		},
	}
}

// size is a number of bytes for people.
func size(bytes int64) string {
	switch {
	case bytes >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
	case bytes >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f kB", float64(bytes)/1e3)
}
