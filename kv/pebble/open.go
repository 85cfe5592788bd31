package pebble

import (
	"fmt"
	"log/slog"
	"path/filepath"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Open opens the store in a directory. If the directory is empty or does not
// exist, it makes a new store in it.
//
// It fails with kv.ErrInUse if another process holds the directory, with
// kv.ErrNewer if a newer version wrote it, and with kv.ErrDamaged if it cannot
// be what was written. A directory that holds other files and no store is
// refused and left as it is.
//
// What a crash cut off from the end of the log is not damage: it was never
// acknowledged. So after a crash, and only then, a change right at the end of
// the log or of the manifest cannot be told from that. All others are found, in
// tables when they are read.
func Open(dir string, options Options) (*Store, error) {
	// The lock goes by name: one directory must not have two within a process.
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("kv/pebble: %s: %w", dir, err)
	}
	return open(vfs.Default, resolve(absolute), options)
}

// resolve follows the links in a path of which the end may not exist yet.
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
	out := options.Logger
	if out == nil {
		out = slog.New(slog.DiscardHandler)
	}
	failure := newFailure(out, dir)
	s := &Store{
		dir:     dir,
		disk:    &fence{FS: disk, failure: failure},
		held:    held,
		failure: failure,
		stripes: newStripes(),
		ledger:  newLedger(),
	}
	if err := s.start(options); err != nil {
		failure.first(err) // whatever the engine still does, it writes no more
		s.disk.drain()
		_ = held.Close()
		return nil, err
	}
	return s, nil
}

// start opens the engine, in a goroutine of its own for the same reason as in
// call: if a write fails there, it does not come back.
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
	case unfinished:
		err = sweep(s.disk, s.dir)
	case nothing:
		err = beginFormat(s.disk, s.dir)
	}
	if err != nil {
		return err
	}
	s.db, err = engine.Open(s.dir, s.engineOptions(options, holds == made))
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
		memTable   = 4 << 20 // a batch must be under half of it to stay simple for the engine
		filterBits = 10      // of a Bloom filter, for each key: most names asked for are absent
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
