package host

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// ErrAuditStream means that an audit trail is standard output, a device or a pipe,
// which cannot be rotated.
var ErrAuditStream = errors.New("a stream cannot be rotated")

const (
	rotatedFormat = "20060102T150405.000Z" // of the ending of a rotated file
	tendEvery     = time.Minute
	retryRotation = time.Minute // how long a rotation waits that failed
)

// Rotate renames the file, so that its name ends with the time, and starts a new
// one. No entry is lost. It only reopens a file that was renamed or removed, and
// does nothing about an empty file or a stream.
func (a *AuditFile) Rotate() error {
	return a.rotate(func(a *AuditFile) bool { return !a.began.IsZero() })
}

// due reports whether another line of that many bytes belongs in a new file. The
// caller holds mu.
func (a *AuditFile) due(bytes int) bool {
	if a.stream || a.began.IsZero() {
		return false
	}
	now := time.Now()
	if a.options.MaxAge > 0 && now.Sub(a.began) >= a.options.MaxAge {
		return now.After(a.patient)
	}
	if a.options.MaxBytes <= 0 {
		return false
	}
	info, err := a.file.Stat() // another process may write to the file too
	return err == nil && info.Size()+int64(bytes) > a.options.MaxBytes && now.After(a.patient)
}

// rotate starts a new file if that is still wanted once it has the locks, and
// removes rotated files that are not kept.
func (a *AuditFile) rotate(wanted func(*AuditFile) bool) error {
	a.syncing.Lock()
	defer a.syncing.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.failed != nil:
		return a.failed
	case a.stream:
		return nil
	}
	unlock, err := a.lock() // so that no other process does the same
	if err != nil {
		return err
	}
	defer unlock()
	switch {
	case a.moved():
		return a.next()
	case !wanted(a):
		return nil // another call has rotated it meanwhile
	}
	if err := a.rename(); err != nil {
		a.patient = time.Now().Add(retryRotation)
		a.options.Logger.Error("the audit file cannot be rotated and stays in use", "file", a.path, "error", err)
		return a.failed
	}
	a.prune()
	return nil
}

// rename gives the file its second name and opens a new one. The caller holds
// both locks, and that of the file.
func (a *AuditFile) rename() error {
	name, err := nextRotated(a.path, time.Now())
	if err != nil {
		return err
	}
	if err := os.Rename(a.path, name); err != nil {
		return err
	}
	err = a.next()
	if err != nil && a.failed == nil && !exists(a.path) {
		err = errors.Join(err, os.Rename(name, a.path))
	}
	return err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// nextRotated is the second name of the audit file at a path, after those of the
// files that are there, even if the clock was set back.
func nextRotated(path string, now time.Time) (string, error) {
	files, err := rotatedFiles(path)
	if err != nil {
		return "", err
	}
	if len(files) > 0 {
		newest, err := time.Parse(rotatedFormat, files[len(files)-1][len(path)+len("."):])
		if err == nil && !now.After(newest.Add(time.Millisecond)) {
			now = newest.Add(time.Millisecond)
		}
	}
	return path + "." + now.UTC().Format(rotatedFormat), nil
}

// rotatedFiles returns the files with the names that nextRotated makes, the oldest
// first.
func rotatedFiles(path string) ([]string, error) {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	name := regexp.MustCompile("^" + regexp.QuoteMeta(filepath.Base(path)) + `\.\d{8}T\d{6}\.\d{3}Z$`)
	var found []string
	for _, entry := range entries {
		if name.MatchString(entry.Name()) && entry.Type().IsRegular() {
			found = append(found, path+strings.TrimPrefix(entry.Name(), filepath.Base(path)))
		}
	}
	slices.Sort(found)
	return found, nil
}

// prune removes the oldest rotated files beyond those to keep.
func (a *AuditFile) prune() {
	if a.options.Keep <= 0 {
		return
	}
	files, err := rotatedFiles(a.path)
	for len(files) > a.options.Keep {
		if gone := os.Remove(files[0]); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		files = files[1:]
	}
	if err != nil {
		a.options.Logger.Error("old audit files cannot be removed", "file", a.path, "error", err)
	}
}

// tend rotates a file by age if nothing is written to it, signs the entries of the
// last minute, and gives checkpoints to the store.
func (a *AuditFile) tend() {
	every := tendEvery
	if a.options.MaxAge > 0 {
		every = min(every, a.options.MaxAge)
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var wake <-chan struct{}
	if a.seal != nil {
		wake = a.seal.wake
	}
	minute := time.Now()
	for {
		var err error
		select {
		case <-wake:
			err = a.keep()
		case now := <-ticker.C:
			if a.options.MaxAge > 0 {
				_ = a.rotate(func(a *AuditFile) bool { return a.due(0) }) // the next entry reports it
			}
			if a.seal != nil && now.Sub(minute) >= tendEvery {
				minute = now
				err = errors.Join(a.sign(), a.keep())
			}
		case <-a.done:
			return
		case <-a.closed:
			return
		}
		if err != nil {
			a.options.Logger.Error("the audit file has no new checkpoint", "file", a.path, "error", err)
		}
	}
}

// beginning returns the time of the first entry of a file, or of its last change
// if that entry has none, or zero for an empty file.
func beginning(file *os.File, info fs.FileInfo) time.Time {
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return time.Time{}
	}
	var first struct{ Time time.Time }
	line, err := bufio.NewReader(io.NewSectionReader(file, 0, maxAuditLine)).ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &first) != nil || first.Time.IsZero() {
		return info.ModTime()
	}
	return first.Time
}

// maxAuditLine is longer than any entry, in bytes.
const maxAuditLine = 1 << 20
