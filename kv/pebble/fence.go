package pebble

import (
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
// After drain nothing is written any more, and another store may use the
// directory.
type fence struct {
	vfs.FS
	failure *failure
	replays replays
	writing sync.RWMutex // held shared by each running write
}

// write runs one operation that changes the disk. It returns only if the
// operation succeeded.
func (f *fence) write(doing, name string, operation func() error) {
	if !f.try(doing, name, operation) {
		park()
	}
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
	f.write("creating", f.PathBase(name), func() error {
		if file, err = f.FS.Create(name, category); err == nil {
			own(f.FS, name)
		}
		return err
	})
	return f.wrap(name, file), nil
}

func (f *fence) ReuseForWrite(from, to string, category vfs.DiskWriteCategory) (file vfs.File, err error) {
	f.write("reusing", f.PathBase(from), func() error {
		file, err = f.FS.ReuseForWrite(from, to, category)
		return err
	})
	return f.wrap(to, file), nil
}

func (f *fence) OpenReadWrite(name string, category vfs.DiskWriteCategory, options ...vfs.OpenOption) (file vfs.File, err error) {
	f.write("opening", f.PathBase(name), func() error {
		if file, err = f.FS.OpenReadWrite(name, category, options...); err == nil {
			own(f.FS, name)
		}
		return err
	})
	return f.wrap(name, file), nil
}

// Open opens files for reading: logs, to replay them.
func (f *fence) Open(name string, options ...vfs.OpenOption) (vfs.File, error) {
	return f.replays.open(f.FS, name, options...)
}

// OpenDir opens directories for syncing.
func (f *fence) OpenDir(name string) (vfs.File, error) {
	file, err := f.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return f.wrap(name, file), nil
}

func (f *fence) Link(from, to string) error {
	f.write("linking", f.PathBase(from), func() error { return f.FS.Link(from, to) })
	return nil
}

func (f *fence) Rename(from, to string) error {
	f.write("renaming", f.PathBase(from), func() error { return f.FS.Rename(from, to) })
	return nil
}

// Remove may fail: the engine only removes files that it no longer needs, and
// tries again when it next opens.
func (f *fence) Remove(name string) (err error) {
	f.write("removing", f.PathBase(name), func() error {
		err = f.FS.Remove(name)
		return nil
	})
	return err
}

func (f *fence) RemoveAll(name string) (err error) {
	f.write("removing", f.PathBase(name), func() error {
		err = f.FS.RemoveAll(name)
		return nil
	})
	return err
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

func (f *fence) wrap(name string, file vfs.File) vfs.File {
	return &fencedFile{File: file, fence: f, name: f.PathBase(name)}
}

// fencedFile is a file or directory that was opened for writing.
type fencedFile struct {
	vfs.File
	fence *fence
	name  string
}

func (f *fencedFile) Write(p []byte) (n int, err error) {
	f.fence.write("writing", f.name, func() error {
		n, err = f.File.Write(p)
		return err
	})
	return n, nil
}

func (f *fencedFile) WriteAt(p []byte, offset int64) (n int, err error) {
	f.fence.write("writing", f.name, func() error {
		n, err = f.File.WriteAt(p, offset)
		return err
	})
	return n, nil
}

func (f *fencedFile) Sync() error {
	f.fence.write("syncing", f.name, f.File.Sync)
	return nil
}

func (f *fencedFile) SyncData() error {
	f.fence.write("syncing", f.name, f.File.SyncData)
	return nil
}

func (f *fencedFile) SyncTo(length int64) (full bool, err error) {
	f.fence.write("syncing", f.name, func() error {
		full, err = f.File.SyncTo(length)
		return err
	})
	return full, nil
}

// Stat does not write, but the engine panics if it fails.
func (f *fencedFile) Stat() (info vfs.FileInfo, err error) {
	f.fence.write("looking at", f.name, func() error {
		info, err = f.File.Stat()
		return err
	})
	return info, nil
}

func (f *fencedFile) Close() error {
	f.fence.write("closing", f.name, f.File.Close)
	return nil
}
