package pebble

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// checkpointName is the directory of a checkpoint, within that of the store.
const checkpointName = "CHECKPOINT"

// ErrCheckpoint means that a store has a checkpoint already: it has one at a time.
var ErrCheckpoint = errors.New("another checkpoint is in use")

// Checkpoint is a copy of a Store, in a directory within the store's own. The files do
// not change, and most of them are hard links, so that it takes little space at first.
// The directory can be opened as a store once it is elsewhere: see Restore.
type Checkpoint struct {
	Dir   string   // of the files
	Files []string // their names, sorted

	store *Store
	close sync.Once
	err   error
}

// Checkpoint makes a copy that has every commit which was acknowledged before. Commits
// continue meanwhile, and the copy may have some of them. Its caller closes it, and the
// store's Close waits for that. A copy that cannot be written, as on a full disk, is an
// error, and the store remains open. It fails with ErrCheckpoint if there is one already,
// and with kv.ErrDamaged if the log on disk is not what was written.
func (s *Store) Checkpoint(ctx context.Context) (*Checkpoint, error) {
	if !s.enter() {
		return nil, s.ended()
	}
	p := &Checkpoint{Dir: s.disk.checkpoint, store: s}
	var taken decision
	_, left, err := call(ctx, s, func() (struct{}, error) {
		if !s.checkpointing.CompareAndSwap(false, true) {
			return struct{}{}, ErrCheckpoint
		}
		err := s.checkpoint(p)
		if err != nil || !taken.begin() { // or the caller has left
			err = errors.Join(err, p.remove())
		}
		return struct{}{}, err
	})
	switch {
	case err == nil:
		return p, nil
	case left && !taken.callOff():
		err = errors.Join(err, p.Close())
	default:
		s.calls.Done()
	}
	return nil, fmt.Errorf("kv/pebble: %s: copying: %w", s.dir, err)
}

// Close removes the copy. Closing twice is not an error.
func (p *Checkpoint) Close() error {
	p.close.Do(func() {
		defer p.store.calls.Done()
		if err := p.remove(); err != nil {
			p.err = fmt.Errorf("kv/pebble: %s: removing a copy: %w", p.store.dir, err)
		}
	})
	return p.err
}

func (p *Checkpoint) remove() error {
	defer p.store.checkpointing.Store(false)
	return p.store.disk.RemoveAll(p.Dir)
}

// checkpoint writes the copy. Afterwards it looks like a store that was closed, and so
// it has no log that a crash cut off: the engine copies the log while commits write to
// it.
func (s *Store) checkpoint(p *Checkpoint) error {
	if err := s.disk.RemoveAll(p.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // what an earlier one could not remove
	}
	mark := []byte("enrol checkpoint " + rand.Text())
	if err := s.db.LogData(mark, engine.Sync); err != nil {
		return plain(err)
	}
	if err := s.db.Checkpoint(p.Dir); err != nil {
		return plain(err)
	}
	if err := cutLogs(s.disk, p.Dir, mark); err != nil {
		return err
	}
	for _, name := range []string{formatFile, droppedFile} {
		text, err := readFile(s.disk, s.disk.PathJoin(s.dir, name))
		if errors.Is(err, fs.ErrNotExist) && name == droppedFile {
			continue
		}
		if err == nil {
			err = writeFile(s.disk, s.disk.PathJoin(p.Dir, name), text)
		}
		if err != nil {
			return err
		}
	}
	if err := seal(s.disk, p.Dir); err != nil {
		return err
	}
	var err error
	p.Files, err = s.disk.List(p.Dir)
	slices.Sort(p.Files)
	return err
}

// cutLogs ends each log before the first record that cannot be read: it was not whole
// yet when it was copied, and so not acknowledged before the mark, which must be there.
func cutLogs(disk vfs.FS, dir string, mark []byte) error {
	names, err := disk.List(dir)
	if err != nil {
		return err
	}
	marked := false
	for _, name := range names {
		number, isLog := logNumber(name)
		if !isLog {
			continue
		}
		log, err := readLog(disk, disk.PathJoin(dir, name))
		if err != nil {
			return err
		}
		end := readUpTo(log, number, func(content []byte) { marked = marked || bytes.Contains(content, mark) })
		if end < int64(len(log)) {
			if err := writeFile(disk, disk.PathJoin(dir, name), string(log[:end])); err != nil {
				return err
			}
		}
	}
	if !marked {
		return damage("the log does not hold what was written")
	}
	return nil
}

// sweepLeft removes directories that a crash of a checkpoint or a restore left.
func sweepLeft(disk vfs.FS, dir string) error {
	for _, name := range []string{checkpointName, restoringName} {
		if err := disk.RemoveAll(disk.PathJoin(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
