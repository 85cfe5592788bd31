package host

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// AuditFile is an audit trail in a file of JSON Lines, one entry a line, only
// ever appended to. Decisions are synced before Append returns; those that
// come together share a sync.
type AuditFile struct {
	path string

	mu      sync.Mutex // guards what follows, and writing
	file    *os.File
	torn    bool // the last line is incomplete
	written uint64
	failed  error // of a sync: what it covered may be lost, so nothing follows

	syncing sync.Mutex // held while syncing; taken before mu
	synced  uint64
}

// OpenAuditFile opens the file at path for appending and makes it, for its
// owner only, if it is not there. A last line that a crash left incomplete is
// ended, and stays.
func OpenAuditFile(path string) (*AuditFile, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("audit file: %w", err)
	}
	a := &AuditFile{path: path, file: file}
	if a.torn, err = endsTorn(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("audit file: %w", err)
	}
	return a, nil
}

// endsTorn says whether a file ends with an incomplete line.
func endsTorn(file *os.File) (bool, error) {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false, err
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], info.Size()-1); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return last[0] != '\n', nil
}

// auditLine is an entry as it is written: times in UTC, to the millisecond.
type auditLine struct {
	Time string `json:"time"`
	AuditEntry
}

// Append implements Audit.
func (a *AuditFile) Append(_ context.Context, entry AuditEntry) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(auditLine{entry.Time.UTC().Format("2006-01-02T15:04:05.000Z"), entry}); err != nil {
		return fmt.Errorf("audit file: %w", err)
	}
	number, err := a.write(line.Bytes())
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
		return 0, fmt.Errorf("audit file: %w", err)
	}
	a.torn = false
	a.written++
	return a.written, nil
}

// sync makes sure that the line of that number is on disk.
func (a *AuditFile) sync(number uint64) error {
	a.syncing.Lock()
	defer a.syncing.Unlock()
	if a.synced >= number {
		return nil // by another that came later
	}
	a.mu.Lock()
	written, failed := a.written, a.failed
	a.mu.Unlock()
	if failed != nil {
		return failed
	}
	if err := a.file.Sync(); err != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.failed = fmt.Errorf("audit file: %w: restart when the disk works again", err)
		return a.failed
	}
	a.synced = written
	return nil
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
	return errors.Join(a.file.Sync(), a.file.Close())
}
