package host

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/enrol-sso/enrol/kv/private"
)

// follow starts a new file if the path no longer leads to the open one, because
// that was renamed or removed.
func (a *AuditFile) follow() error {
	a.mu.Lock()
	moved := a.moved()
	a.mu.Unlock()
	if !moved {
		return nil
	}
	return a.reopen((*AuditFile).moved)
}

// moved reports whether the path leads to another file, or to none. The caller
// holds mu. A stream never moves.
func (a *AuditFile) moved() bool {
	if a.stream {
		return false
	}
	now, err := os.Lstat(a.path)
	return errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(a.opened, now)
}

// Reopen closes the file and opens the one at the path, which it creates if
// necessary. No entry is lost. If that fails, the open file stays in use.
// Reopen ignores a stream.
func (a *AuditFile) Reopen() error {
	return a.reopen(func(*AuditFile) bool { return true })
}

// reopen reopens the file if that is still necessary once it has the lock.
func (a *AuditFile) reopen(wanted func(*AuditFile) bool) error {
	a.syncing.Lock()
	defer a.syncing.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed != nil {
		return a.failed
	}
	if a.stream || !wanted(a) {
		return nil // another call may have reopened it meanwhile
	}
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return a.next()
}

// next opens the file at the path in place of the open one, after the last line of a
// sealed one. The caller holds both locks, and that of the file. If it fails, the open
// file stays.
func (a *AuditFile) next() error {
	if a.moved() {
		if err := a.endFile(); err != nil {
			return err
		}
	}
	old := a.file
	if err := a.openFile(); err != nil {
		a.refused = err
		return err
	}
	if err := old.Sync(); err != nil { // Append waits for this, of entries in the old file
		old.Close()
		return a.end(err)
	}
	a.synced = a.written
	return old.Close()
}

// openFile opens or creates the file at the path, for this user alone, or opens
// a stream.
func (a *AuditFile) openFile() error {
	switch file, info, err := openStream(a.path); {
	case err != nil:
		return fmt.Errorf("audit file: %w", err)
	case file != nil:
		a.file, a.opened, a.stream, a.torn, a.refused = file, info, true, false, nil
		return nil
	}
	file, info, err := a.openPrivate()
	if err != nil {
		return fmt.Errorf("audit file: %w", err)
	}
	torn, err := endsTorn(file, info)
	if err != nil {
		file.Close()
		return fmt.Errorf("audit file: %w", err)
	}
	a.file, a.opened, a.began, a.torn, a.refused = file, info, beginning(file, info), torn, nil
	if a.seal != nil {
		a.seal.size = -1
	}
	return nil
}

func (a *AuditFile) openPrivate() (*os.File, fs.FileInfo, error) {
	path := a.path
	found, err := os.Lstat(path)
	made := errors.Is(err, fs.ErrNotExist)
	if err == nil && (found.Mode().IsRegular() || private.Link(path)) {
		before, err := private.File(path)
		if err != nil {
			return nil, nil, err
		}
		if private.Tightened(before) {
			a.options.Logger.Warn("the audit file was open to other users, and has been closed to them", "file", path, "mode", fmt.Sprintf("%04o", before))
		}
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND|noFollow, 0o600)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	if made {
		_ = syncDir(filepath.Dir(path))
	}
	return file, info, nil
}

// syncDir makes a new file in a directory survive a loss of power, if the file
// system can.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err // some file systems cannot sync a directory, and say so in this way
	}
	return nil
}

// endsTorn reports whether a file ends with an incomplete line.
func endsTorn(file *os.File, info fs.FileInfo) (bool, error) {
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return false, nil
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], info.Size()-1); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return last[0] != '\n', nil
}
