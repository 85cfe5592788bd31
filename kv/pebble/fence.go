package pebble

import (
	"cmp"
	"fmt"
	"io"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// fence is between the engine and the disk. The engine cannot survive a failed
// write: it calls a fatal logger, or panics in its own goroutines or while it
// holds locks, where nobody can recover. So the engine never learns of a failed
// write. The fence reports the failure, which ends the store, and blocks the
// goroutine of the write forever, and that of every later write. Callers do
// not wait for those goroutines: see call.
//
// A checkpoint is another matter: the store does not depend on it, and the engine
// returns the errors of writing it.
//
// After drain nothing is written any more, and another store may use the
// directory.
type fence struct {
	vfs.FS
	failure    *failure
	checkpoint string // the directory of checkpoints
	replays    replays
	writing    sync.RWMutex // held shared by each running write
}

// write runs one operation that changes the disk at a path. It returns only if the
// operation succeeded, or was about a checkpoint.
func (f *fence) write(doing, path string, operation func() error) error {
	if path == f.checkpoint || f.PathDir(path) == f.checkpoint {
		return f.spare(operation)
	}
	if !f.try(doing, f.PathBase(path), operation) {
		park()
	}
	return nil
}

// spare runs an operation on a checkpoint.
func (f *fence) spare(operation func() error) error {
	f.writing.RLock()
	defer f.writing.RUnlock()
	if err := f.failure.err(); err != nil {
		return err
	}
	return operation()
}

func (f *fence) try(doing, name string, operation func() error) bool {
	f.writing.RLock()
	defer f.writing.RUnlock()
	if f.failure.err() != nil {
		return false
	}
	if err := operation(); err != nil {
		f.failure.report(fmt.Errorf("%s %s: %w; repair the disk and open the store again", doing, name, plain(err)))
		return false
	}
	return true
}

// park never returns.
func park() { select {} }

// drain waits for running writes. If the store has failed, none follow.
func (f *fence) drain() {
	f.writing.Lock()
	defer f.writing.Unlock()
}

func (f *fence) Create(name string, category vfs.DiskWriteCategory) (file vfs.File, err error) {
	err = f.write("creating", name, func() error {
		if file, err = f.FS.Create(name, category); err == nil {
			own(f.FS, name)
		}
		return err
	})
	return f.wrap(name, file, err)
}

func (f *fence) ReuseForWrite(from, to string, category vfs.DiskWriteCategory) (file vfs.File, err error) {
	err = f.write("reusing", from, func() error {
		file, err = f.FS.ReuseForWrite(from, to, category)
		return err
	})
	return f.wrap(to, file, err)
}

func (f *fence) OpenReadWrite(name string, category vfs.DiskWriteCategory, options ...vfs.OpenOption) (file vfs.File, err error) {
	err = f.write("opening", name, func() error {
		if file, err = f.FS.OpenReadWrite(name, category, options...); err == nil {
			own(f.FS, name)
		}
		return err
	})
	return f.wrap(name, file, err)
}

// Open opens files for reading: logs, to replay them.
func (f *fence) Open(name string, options ...vfs.OpenOption) (vfs.File, error) {
	return f.replays.open(f.FS, name, options...)
}

// OpenDir opens directories for syncing.
func (f *fence) OpenDir(name string) (vfs.File, error) {
	file, err := f.FS.OpenDir(name)
	return f.wrap(name, file, err)
}

func (f *fence) Link(from, to string) error {
	return f.write("linking", to, func() error { return f.FS.Link(from, to) })
}

func (f *fence) Rename(from, to string) error {
	return f.write("renaming", from, func() error { return f.FS.Rename(from, to) })
}

// Remove may fail: the engine only removes files that it no longer needs, and
// tries again when it next opens.
func (f *fence) Remove(name string) (err error) {
	failed := f.write("removing", name, func() error {
		err = f.FS.Remove(name)
		return nil
	})
	return cmp.Or(failed, err)
}

func (f *fence) RemoveAll(name string) (err error) {
	failed := f.write("removing", name, func() error {
		err = f.FS.RemoveAll(name)
		return nil
	})
	return cmp.Or(failed, err)
}

// Lock does nothing: the store already holds the lock and keeps it until the
// fence has been drained, which may be after the engine releases it.
func (f *fence) Lock(string) (io.Closer, error) { return noLock{}, nil }

type noLock struct{}

func (noLock) Close() error { return nil }

// GetDiskUsage is only for pacing; its absence is not a failure.
func (f *fence) GetDiskUsage(path string) (vfs.DiskUsage, error) {
	usage, err := f.FS.GetDiskUsage(path)
	if err != nil {
		return vfs.DiskUsage{}, vfs.ErrUnsupported
	}
	return usage, nil
}

// Unwrap implements vfs.FS.
func (f *fence) Unwrap() vfs.FS { return f.FS }

func (f *fence) wrap(path string, file vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return &fencedFile{File: file, fence: f, path: path}, nil
}

// fencedFile is a file or directory that was opened for writing.
type fencedFile struct {
	vfs.File
	fence *fence
	path  string
}

func (f *fencedFile) Write(p []byte) (n int, err error) {
	err = f.fence.write("writing", f.path, func() error {
		n, err = f.File.Write(p)
		return err
	})
	return n, err
}

func (f *fencedFile) WriteAt(p []byte, offset int64) (n int, err error) {
	err = f.fence.write("writing", f.path, func() error {
		n, err = f.File.WriteAt(p, offset)
		return err
	})
	return n, err
}

func (f *fencedFile) Sync() error {
	return f.fence.write("syncing", f.path, f.File.Sync)
}

func (f *fencedFile) SyncData() error {
	return f.fence.write("syncing", f.path, f.File.SyncData)
}

func (f *fencedFile) SyncTo(length int64) (full bool, err error) {
	err = f.fence.write("syncing", f.path, func() error {
		full, err = f.File.SyncTo(length)
		return err
	})
	return full, err
}

// Stat does not write, but the engine panics if it fails.
func (f *fencedFile) Stat() (info vfs.FileInfo, err error) {
	err = f.fence.write("looking at", f.path, func() error {
		info, err = f.File.Stat()
		return err
	})
	return info, err
}

func (f *fencedFile) Close() error {
	return f.fence.write("closing", f.path, f.File.Close)
}
