package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// AuditFile is an audit trail in a file of JSON Lines, one entry per line,
// which it only appends to. Decisions are synced before Append returns;
// simultaneous ones share a sync.
//
// A renamed or removed file, as logrotate leaves it, is noticed before the next
// entry, which starts a new file under the old name. Truncating the file
// instead, as logrotate's copytruncate does, can lose entries.
//
// The path may also lead, through links like /dev/stdout, to standard output,
// standard error, a character device or a named pipe. These are only written
// to: the reader must keep the entries, and a reader that does not read blocks
// operations.
//
// An AuditFile closes itself if a sync fails: see Done.
type AuditFile struct {
	path string

	mu      sync.Mutex // guards the fields below, and writing
	file    *os.File
	opened  fs.FileInfo // of file, when it was opened
	stream  bool        // standard output, a device or a pipe, which cannot be synced and rotated
	torn    bool        // the last line is incomplete
	written uint64
	refused error // of the last write; nil if it succeeded
	failed  error // of a sync: entries may be lost, so nothing follows

	syncing sync.Mutex // held while syncing; taken before mu
	synced  uint64
	done    chan struct{} // closed when a sync failed
}

// OpenAuditFile opens the file at path for appending, and creates it, for its
// owner only, if it does not exist. It ends a last line that a crash left
// incomplete. It removes rights of other users to the file, which it logs to
// slog.Default, and refuses a file of another user and a symbolic link to a
// file.
func OpenAuditFile(path string) (*AuditFile, error) {
	a := &AuditFile{path: path, done: make(chan struct{})}
	if err := a.openFile(); err != nil {
		return nil, err
	}
	return a, nil
}

// Append implements Audit. Times in the file are in UTC, to the millisecond.
func (a *AuditFile) Append(_ context.Context, entry AuditEntry) error {
	if err := a.follow(); err != nil {
		return err
	}
	line := entry.json(entry.Time.UTC().Format("2006-01-02T15:04:05.000Z"))
	number, err := a.write(append(line, '\n'))
	if err == nil && entry.Result != "" {
		err = a.sync(number)
	}
	return err
}

// write appends a line and returns its number.
func (a *AuditFile) write(line []byte) (number uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed != nil {
		return 0, a.failed
	}
	if a.torn {
		line = append([]byte{'\n'}, line...)
	}
	n, err := a.file.Write(line)
	if err != nil {
		a.torn = a.torn || n > 0
		a.refused = fmt.Errorf("audit file: %w", err)
		return 0, a.refused
	}
	a.torn, a.refused = false, nil
	a.written++
	return a.written, nil
}

// sync returns once the line with that number is on disk.
func (a *AuditFile) sync(number uint64) error {
	a.syncing.Lock()
	defer a.syncing.Unlock()
	if a.synced >= number {
		return nil // by a later Append
	}
	a.mu.Lock()
	written, failed, stream := a.written, a.failed, a.stream
	a.mu.Unlock()
	if failed != nil || stream {
		return failed
	}
	if err := a.file.Sync(); err != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.end(err)
	}
	a.synced = written
	return nil
}

// end refuses all further entries, since a sync failed. The caller holds mu.
func (a *AuditFile) end(err error) error {
	if a.failed == nil {
		a.failed = fmt.Errorf("audit file: %w: restart when the disk works again", err)
		close(a.done)
	}
	return a.failed
}

// Done returns a channel that is closed when a sync has failed: the system may
// have lost entries, and reports that only once. Every Append fails then, until
// the file is opened again.
func (a *AuditFile) Done() <-chan struct{} { return a.done }

// Err returns why the file accepts no more entries, or nil while it does.
func (a *AuditFile) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failed
}

// Close syncs and closes the file.
func (a *AuditFile) Close() error {
	a.syncing.Lock()
	defer a.syncing.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if errors.Is(a.failed, os.ErrClosed) {
		return nil
	}
	a.failed = fmt.Errorf("audit file: %w", os.ErrClosed)
	if a.stream {
		return a.file.Close()
	}
	return errors.Join(a.file.Sync(), a.file.Close())
}
