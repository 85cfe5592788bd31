package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host/internal/audittrail"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// AuditFileOptions say when an AuditFile starts a new file by itself. The zero
// value never does.
type AuditFileOptions struct {
	// MaxBytes is the size that no file exceeds, unless a single entry is longer; 0
	// is no bound.
	MaxBytes int64

	// MaxAge is how long a file is written to, from its first entry; 0 is no bound.
	// It is checked with each entry and every minute.
	MaxAge time.Duration

	// Keep is how many files that were rotated by size, by age or by Rotate stay: the
	// newest ones. 0 keeps all.
	Keep int

	// SecretKey seals the trail: each line gets a hash over itself and the one before,
	// and lines signed with a key that is derived from the secret key follow now and
	// then. See host/docs/audit.md. "" seals nothing.
	SecretKey signup.Secret

	// Store keeps the newest signed line of a sealed file, so that VerifyAudit can tell
	// whether the end is missing. It must stay open until Close returns. nil keeps none.
	Store kv.Store

	// CheckpointEvery is how many entries may follow a signed line; 0 is 100.
	CheckpointEvery int

	// Logger gets what failed without failing an entry; slog.Default() if nil.
	Logger *slog.Logger
}

// AuditFile is an audit trail in a file of JSON Lines, one entry per line,
// which it only appends to. Decisions are synced before Append returns;
// simultaneous ones share a sync.
//
// A renamed or removed file, as logrotate leaves it, is noticed before the next
// entry, which starts a new file under the old name. Truncating the file
// instead, as logrotate's copytruncate does, can lose entries.
//
// AuditFileOptions let it rotate by itself: the file gets the time of that as
// an ending, as in audit.jsonl.20261128T063745.123Z, and a new one begins. If that
// fails, which is logged, the file stays in use, and the next try is a minute
// later.
//
// The path may also lead, through links like /dev/stdout, to standard output,
// standard error, a character device or a named pipe. These are only written
// to: the reader must keep the entries, and a reader that does not read blocks
// operations.
//
// An AuditFile closes itself if a sync fails: see Done.
type AuditFile struct {
	path    string
	options AuditFileOptions
	seal    *auditSeal // nil: the trail is not sealed

	mu      sync.Mutex // guards the fields below, and writing
	file    *os.File
	opened  fs.FileInfo // of file, when it was opened
	stream  bool        // standard output, a device or a pipe, which cannot be synced and rotated
	torn    bool        // the last line is incomplete
	began   time.Time   // of the first entry; zero for an empty file
	written uint64
	patient time.Time // no rotation before this, since one failed
	refused error     // of the last write; nil if it succeeded
	failed  error     // of a sync: entries may be lost, so nothing follows

	syncing sync.Mutex // held while syncing; taken before mu
	synced  uint64
	done    chan struct{} // closed when a sync failed
	closed  chan struct{} // closed by Close
	closing sync.Once
	tending sync.WaitGroup
}

// OpenAuditFile opens the file at path for appending, and creates it, for its
// owner only, if it does not exist. It ends a last line that a crash left
// incomplete. It removes rights of other users to the file, which it logs to
// the logger, and refuses a file of another user and a symbolic link to a file.
// A stream with a bound on its size or age is an error that matches
// ErrAuditStream.
func OpenAuditFile(path string, options AuditFileOptions) (*AuditFile, error) {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	a := &AuditFile{path: path, options: options, done: make(chan struct{}), closed: make(chan struct{})}
	var err error
	if a.seal, err = newAuditSeal(options); err != nil {
		return nil, err
	}
	if err := a.openFile(); err != nil {
		return nil, err
	}
	if a.stream && (options.MaxBytes > 0 || options.MaxAge > 0) {
		a.file.Close()
		return nil, fmt.Errorf("audit file: %w", ErrAuditStream)
	}
	if options.MaxAge > 0 || a.seal != nil {
		a.tending.Go(a.tend)
	}
	return a, nil
}

// Append implements Audit. Times in the file are in UTC, to the millisecond.
func (a *AuditFile) Append(_ context.Context, entry AuditEntry) error {
	object := entry.json(entry.Time.UTC().Format("2006-01-02T15:04:05.000Z"))
	for {
		number, place, bytes, err := a.write(object)
		switch {
		case err != nil:
			return err
		case place == movedFile:
			err = a.reopen((*AuditFile).moved)
		case place == newFile:
			err = a.rotate(func(a *AuditFile) bool { return a.due(bytes) })
		case entry.Result != "":
			return a.sync(number)
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// place is where the next entry belongs.
type place int

const (
	inFile    place = iota // in the open file
	movedFile              // in the file at the path, which is another one
	newFile                // in a new one
)

// write appends an entry and returns the number of the write, unless its place is
// another file, and how many bytes it takes.
func (a *AuditFile) write(object []byte) (number uint64, where place, bytes int, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed != nil {
		return 0, inFile, 0, a.failed
	}
	text, tail := append(slices.Clip(object), '\n'), audittrail.Tail{}
	if a.seal != nil {
		unlock, err := a.lock()
		if err != nil {
			return 0, inFile, 0, err
		}
		defer unlock()
	}
	if a.moved() {
		return 0, movedFile, 0, nil
	}
	room := 0
	switch {
	case a.seal != nil:
		if text, tail, err = a.sealed(object); err != nil {
			return 0, inFile, 0, err
		}
		room = rotateRoom
	case a.torn:
		text = append([]byte{'\n'}, text...)
	}
	if a.due(len(text) + room) {
		return 0, newFile, len(text) + room, nil
	}
	if err := a.add(text, tail); err != nil {
		return 0, inFile, 0, err
	}
	return a.written, inFile, len(text), nil
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

// Close syncs and closes the file. It signs a sealed one, and the store gets that
// checkpoint; a failure of the store is logged.
func (a *AuditFile) Close() error {
	a.closing.Do(func() { close(a.closed) })
	a.tending.Wait()
	var unsigned error
	if a.seal != nil {
		unsigned = a.sign()
		if err := a.keep(); err != nil && a.Err() == nil {
			a.options.Logger.Error("the checkpoint of the audit file is not in the store", "file", a.path, "error", err)
		}
	}
	a.syncing.Lock()
	defer a.syncing.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if errors.Is(a.failed, os.ErrClosed) {
		return nil
	}
	a.failed = fmt.Errorf("audit file: %w", os.ErrClosed)
	if a.stream {
		return errors.Join(unsigned, a.file.Close())
	}
	return errors.Join(unsigned, a.file.Sync(), a.file.Close())
}
