package pebble

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv/private"
)

// ErrNoPlace means that there cannot be a store at a path.
var ErrNoPlace = errors.New("is no place for a store")

// Open opens the store in a directory. If the directory is empty or does not
// exist, it makes a new store in it.
//
// It fails with kv.ErrInUse if another process holds the directory, with
// kv.ErrNewer if a newer version wrote it, and with kv.ErrDamaged if it is not
// what was written. It fails with ErrNoPlace, and changes nothing, if the path is
// that of a file, or of a directory with other files and no store.
//
// The directory and its files belong to this user alone: Open removes the
// rights of others, and logs that. It refuses files of another user, and
// symbolic links, except in the path above the directory.
//
// A part that a crash cut off from the end of the log is not damage: it was
// never acknowledged. So after a crash, and only then, damage at the very end
// of the log or of the manifest looks the same; Open logs what it drops there,
// and Dropped returns it. If a later record shows that the part had been
// acknowledged, the log is damaged. All other damage is found, in tables when
// they are read.
func Open(dir string, options Options) (*Store, error) {
	name, err := nameOf(dir)
	if err != nil {
		return nil, fmt.Errorf("kv/pebble: %s: %w", dir, err)
	}
	return open(vfs.Default, name, options)
}

// nameOf is the one name of a directory within a process, for its lock.
func nameOf(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err == nil && private.Link(absolute) {
		err = fmt.Errorf("%w: is a symbolic link; name the directory that it leads to", private.ErrNotPrivate)
	}
	return resolve(absolute), err
}

// resolve follows the links in a path whose end may not exist yet.
func resolve(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	parent := filepath.Dir(path)
	if parent == path {
		return path
	}
	return filepath.Join(resolve(parent), filepath.Base(path))
}

func open(disk vfs.FS, dir string, options Options) (*Store, error) {
	s, err := lockAndOpen(disk, dir, options)
	if err != nil {
		return nil, fmt.Errorf("kv/pebble: %s: %w", dir, err)
	}
	return s, nil
}

func lockAndOpen(disk vfs.FS, dir string, options Options) (*Store, error) {
	if _, err := survey(disk, dir); err != nil {
		return nil, err
	}
	out := options.Logger
	if out == nil {
		out = slog.New(slog.DiscardHandler)
	}
	if err := protect(disk, dir, out); err != nil {
		return nil, err
	}
	if err := makeDir(disk, dir); err != nil {
		return nil, unwritable(err)
	}
	held, err := disk.Lock(disk.PathJoin(dir, lockFile))
	if err != nil {
		if inUse(err) {
			return nil, locked()
		}
		return nil, unwritable(err)
	}
	own(disk, disk.PathJoin(dir, lockFile))
	failure := newFailure(out, dir)
	s := &Store{
		dir:     dir,
		disk:    &fence{FS: disk, failure: failure, checkpoint: disk.PathJoin(dir, checkpointName)},
		held:    held,
		failure: failure,
		stripes: newStripes(),
		ledger:  newLedger(),
	}
	if err := s.start(options); err != nil {
		failure.first(err) // the engine may still run, but writes nothing
		s.disk.drain()
		_ = held.Close()
		return nil, err
	}
	return s, nil
}

// start opens the engine in its own goroutine, for the same reason as call: if
// a write fails, it does not return.
func (s *Store) start(options Options) error {
	started := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				started <- damage("the engine gave up: " + redacted(r))
			}
		}()
		started <- s.startEngine(options)
	}()
	select {
	case err := <-started:
		if err == nil {
			err = s.failure.err()
		}
		return err
	case <-s.failure.happened:
		return s.failure.err()
	}
}

func (s *Store) startEngine(options Options) (err error) {
	holds, err := survey(s.disk, s.dir)
	if err != nil {
		return err
	}
	switch holds {
	case made:
		if err = checkFormat(s.disk, s.dir); err == nil {
			err = unseal(s.disk, s.dir)
		}
		if err == nil {
			err = sweepLeft(s.disk, s.dir)
		}
	case unfinished:
		err = sweep(s.disk, s.dir)
	case nothing:
		err = beginFormat(s.disk, s.dir)
	}
	if err != nil {
		return err
	}
	s.disk.replays.acceptLoss, s.disk.replays.found = options.AcceptLoss, s.drop
	s.db, err = engine.Open(s.dir, s.engineOptions(options, holds == made))
	s.disk.replays.found = nil
	if refused := s.disk.replays.refused; refused != nil {
		return refused
	}
	if err != nil {
		return unopenable(err)
	}
	if holds != made {
		return endFormat(s.disk, s.dir)
	}
	return nil
}

// engineOptions suit many small values, few of which are read twice.
func (s *Store) engineOptions(options Options, exists bool) *engine.Options {
	const (
		cacheBytes = 16 << 20
		memTable   = 4 << 20 // a batch must be under half of it for the engine's simple path
		filterBits = 10      // of a Bloom filter, per key: most requested names are absent
	)
	log := logger{failure: s.failure}
	engineOptions := &engine.Options{
		FS:                          s.disk,
		FormatMajorVersion:          engineFormat,
		ErrorIfExists:               !exists,
		ErrorIfNotExists:            exists,
		CacheSize:                   cacheBytes,
		MemTableSize:                memTable,
		MemTableStopWritesThreshold: 4,
		Logger:                      log,
		EventListener:               log.listener(),
	}
	if options.CacheBytes > 0 {
		engineOptions.CacheSize = options.CacheBytes
	}
	for i := range engineOptions.Levels {
		engineOptions.Levels[i].FilterPolicy = bloom.FilterPolicy(filterBits)
	}
	return engineOptions
}
