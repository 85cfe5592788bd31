package host

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host/internal/audittrail"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// checkpointEvery is how many entries follow a signed line at most, unless
// AuditFileOptions say otherwise. After a minute, fewer do.
const checkpointEvery = 100

// rotateRoom is what a sealed file needs for its last line, in bytes.
const rotateRoom = 512

// auditSeal seals a trail: every line gets a hash, some a signature. The fields after
// signer are guarded by AuditFile.mu.
type auditSeal struct {
	signer audittrail.Signer
	every  uint64
	store  kv.Store // nil: keeps no checkpoint

	tail   audittrail.Tail // at size
	size   int64           // of the file when tail was read or written; -1: not known
	latest checkpoint      // the newest signed line
	wake   chan struct{}   // latest is new
}

// checkpoint is a signed line and its number in AuditFile.written.
type checkpoint struct {
	line   string
	number uint64
}

// AuditKeys returns the public keys that verify audit trails sealed with secret keys,
// newest first, as enrol audit key prints them.
func AuditKeys(secretKey signup.Secret) ([]string, error) {
	keys, err := signup.ParseKeys(secretKey)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, seed := range signup.AuditSeeds(keys) {
		texts = append(texts, audittrail.KeyText(ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)))
	}
	return texts, nil
}

func newAuditSeal(options AuditFileOptions) (*auditSeal, error) {
	if options.SecretKey == "" {
		return nil, nil
	}
	keys, err := signup.ParseKeys(options.SecretKey)
	if err != nil {
		return nil, err
	}
	name, _ := os.Hostname() // without a name, the lines have none
	every := uint64(checkpointEvery)
	if options.CheckpointEvery > 0 {
		every = uint64(options.CheckpointEvery)
	}
	return &auditSeal{
		signer: audittrail.Signer{Key: ed25519.NewKeyFromSeed(signup.AuditSeeds(keys)[0]), Host: name, Now: time.Now, CID: NewCID},
		every:  every,
		store:  options.Store,
		size:   -1,
		wake:   make(chan struct{}, 1),
	}, nil
}

// sealed returns the text that adds an entry, and the tail after it. Without an entry,
// it signs what is not signed yet. The caller holds mu and the lock of the file.
func (a *AuditFile) sealed(entry []byte) (text []byte, tail audittrail.Tail, err error) {
	s := a.seal
	if err := a.readTail(); err != nil {
		return nil, tail, err
	}
	tail = s.tail
	if tail.NeedsOpen() {
		text = tail.Open(s.signer)
	}
	if entry != nil {
		text = append(text, tail.Entry(entry)...)
	}
	if tail.N-tail.Signed >= s.every || entry == nil && tail.N > tail.Signed {
		text = append(text, tail.Checkpoint(s.signer)...)
	}
	return text, tail, nil
}

// add writes a text, which changes the tail of a sealed file. If it fails, nothing of
// it stays, or the next tail is damaged. The caller holds mu.
func (a *AuditFile) add(text []byte, tail audittrail.Tail) error {
	n, err := a.file.Write(text)
	s := a.seal
	if err != nil {
		a.torn = a.torn || n > 0
		if s != nil && n > 0 && !a.stream {
			_ = a.file.Truncate(s.size) // else the next open line tells of it
			s.size = -1
		}
		a.refused = fmt.Errorf("audit file: %w", err)
		return a.refused
	}
	if a.began.IsZero() {
		a.began = time.Now()
	}
	a.torn, a.refused = false, nil
	a.written++
	if s == nil {
		return nil
	}
	signed := tail.Signed != s.tail.Signed
	s.tail, s.size = tail, s.size+int64(len(text))
	if signed {
		s.latest = checkpoint{lastSigned(text), a.written}
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
	return nil
}

// lastSigned returns the last signed line of a text.
func lastSigned(text []byte) string {
	lines := strings.SplitAfter(string(text), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSuffix(lines[i], "\n"); strings.HasSuffix(line, `"}`) && strings.Contains(line, `,"signature":"`) {
			return line
		}
	}
	return ""
}

// readTail reads the end of the file if another process wrote to it, or if it is not
// known yet.
func (a *AuditFile) readTail() error {
	s := a.seal
	if a.stream {
		if s.tail.Chain == "" {
			s.tail.New()
		}
		return nil
	}
	info, err := a.file.Stat()
	if err != nil {
		return fmt.Errorf("audit file: %w", err)
	}
	if info.Size() == s.size {
		return nil
	}
	read, err := audittrail.ReadTail(a.file, info.Size())
	if err != nil {
		return fmt.Errorf("audit file: %w", err)
	}
	known := s.tail
	switch {
	case known.Chain != "" && read.Chain == "": // the file is new, or its lines are gone
		if before, err := a.before(); err == nil && before.Chain == known.Chain && before.N > known.N {
			known = before // another process rotated it more than once
		}
		read.Continue(known)
	case known.Chain == read.Chain && read.N <= known.N && !read.SameEnd(known):
		read.Continue(known) // lines of the file are gone
	case known.Chain == "":
		if read.Chain == "" {
			before, err := a.before()
			if err != nil {
				return err
			}
			read.Continue(before)
		}
		if err := a.compare(&read); err != nil {
			return err
		}
	}
	s.tail, s.size = read, info.Size()
	return nil
}

// before returns the end of the file that was renamed last, which the new file
// continues. It waits for a process that still ends that file. Files that cannot be
// opened are logged and skipped.
func (a *AuditFile) before() (audittrail.Tail, error) {
	renamed, err := a.renamed()
	if err != nil {
		return audittrail.Tail{}, err
	}
	for _, name := range renamed {
		file, err := os.Open(name)
		if err != nil {
			a.options.Logger.Warn("a file next to the audit file is not continued", "error", err)
			continue
		}
		return endOf(file)
	}
	return audittrail.Tail{}, nil
}

// endOf returns the end of a file, and closes it.
func endOf(file *os.File) (none audittrail.Tail, err error) {
	defer file.Close()
	unlock, err := lockFile(file)
	if err != nil {
		return none, fmt.Errorf("audit file: it cannot be locked: %w", err)
	}
	defer unlock()
	info, err := file.Stat()
	if err != nil {
		return none, fmt.Errorf("audit file: %w", err)
	}
	return audittrail.ReadTail(file, info.Size())
}

// renamed returns the files with a longer name, as rotation and logrotate make them,
// those that were written to last first. The open file is none of them: it is locked.
func (a *AuditFile) renamed() (names []string, err error) {
	entries, err := os.ReadDir(filepath.Dir(a.path))
	if err != nil {
		return nil, fmt.Errorf("audit file: %w", err)
	}
	written := map[string]time.Time{}
	for _, entry := range entries {
		rest, longer := strings.CutPrefix(entry.Name(), filepath.Base(a.path))
		info, err := entry.Info()
		if !longer || len(rest) < 2 || rest[0] != '.' && rest[0] != '-' || err != nil || !info.Mode().IsRegular() || os.SameFile(info, a.opened) {
			continue
		}
		names = append(names, a.path+rest)
		written[a.path+rest] = info.ModTime()
	}
	slices.SortFunc(names, func(x, y string) int { return cmp.Or(written[y].Compare(written[x]), cmp.Compare(y, x)) })
	return names, nil
}

// compare begins another chain if the store knows more of a chain than its file has:
// the file was truncated, or replaced by an older one.
func (a *AuditFile) compare(tail *audittrail.Tail) error {
	if tail.Chain == "" {
		tail.New()
		return nil
	}
	if a.seal.store == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepWithin)
	defer cancel()
	values, err := a.seal.store.Get(ctx, []string{signup.AuditCheckpoints + tail.Chain})
	if err != nil {
		return fmt.Errorf("audit file: its checkpoint cannot be read: %w", err)
	}
	kept, ok := audittrail.ReadCheckpoint(values[0].Data)
	if !ok || kept.N < tail.N || kept.SameEnd(*tail) {
		return nil
	}
	a.options.Logger.Error("the audit file is not the one that was written: it was truncated or replaced, and a new chain begins", "file", a.path, "chain", kept.Chain, "last", tail.N, "want", kept.N)
	tail.New()
	return nil
}

// endFile writes the last line of a file that was renamed or removed. The caller holds
// mu and the lock of the file.
func (a *AuditFile) endFile() error {
	s := a.seal
	if s == nil {
		return nil
	}
	if s.tail.Chain == "" && s.size < 0 {
		return nil // nothing was written to it
	}
	if err := a.readTail(); err != nil {
		return err
	}
	if tail := s.tail; tail.Begun && !tail.Ended {
		text := tail.Rotate(s.signer)
		return a.add(text, tail)
	}
	return nil
}

// sign writes a checkpoint if entries are not signed yet.
func (a *AuditFile) sign() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed != nil || a.seal.size < 0 && !a.stream || a.seal.tail.N == a.seal.tail.Signed {
		return nil
	}
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if a.moved() {
		return nil // the next entry moves too, and signs these
	}
	text, tail, err := a.sealed(nil)
	if err != nil || len(text) == 0 {
		return err
	}
	return a.add(text, tail)
}

// lock keeps other processes from writing to a sealed file.
func (a *AuditFile) lock() (unlock func(), err error) {
	if a.stream {
		return func() {}, nil
	}
	unlock, err = lockFile(a.file)
	if err != nil {
		return nil, fmt.Errorf("audit file: it cannot be locked: %w", err)
	}
	return unlock, nil
}

// keepWithin bounds how long the store may take with a checkpoint.
const keepWithin = 10 * time.Second

// keep writes the newest checkpoint into the store, once it is on disk.
func (a *AuditFile) keep() error {
	a.mu.Lock()
	newest, stream := a.seal.latest, a.stream
	a.mu.Unlock()
	if newest.line == "" || a.seal.store == nil || stream {
		return nil
	}
	if err := a.sync(newest.number); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepWithin)
	defer cancel()
	return keepCheckpoint(ctx, a.seal.store, newest.line)
}

// keepCheckpoint puts a checkpoint into a store that has no newer one of its chain. A
// store that was never opened stays empty.
func keepCheckpoint(ctx context.Context, store kv.Store, line string) error {
	tail, ok := audittrail.ReadCheckpoint(line)
	if !ok {
		return errors.New("the checkpoint is damaged")
	}
	key := signup.AuditCheckpoints + tail.Chain
	for {
		values, err := store.Get(ctx, []string{signup.MetaKeys, key})
		if err != nil {
			return err
		}
		kept, ok := audittrail.ReadCheckpoint(values[1].Data)
		if values[0].Version == "" || ok && kept.N >= tail.N {
			return nil
		}
		applied, err := store.Commit(ctx, kv.Batch{
			Checks: []kv.Check{{Key: key, Version: values[1].Version}},
			Puts:   []kv.Put{{Key: key, Data: line}},
		})
		if applied || err != nil && !errors.Is(err, kv.ErrConflict) {
			return err
		}
	}
}

// AuditCheckpoints returns the newest checkpoint of each chain that a store keeps, as
// VerifyAudit takes them.
func AuditCheckpoints(ctx context.Context, store kv.Store) ([]string, error) {
	var lines []string
	for after := ""; ; {
		entries, err := store.Scan(ctx, signup.AuditCheckpoints, after, kv.MaxScanLimit)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			lines, after = append(lines, entry.Data), entry.Key
		}
		if len(entries) < kv.MaxScanLimit {
			return lines, nil
		}
	}
}

// AuditReport is what VerifyAudit found: problems, each with the file and the first
// line that is wrong, what it cannot tell, and the number of entries that are as they
// were written.
type AuditReport = audittrail.Report

// VerifyAudit checks sealed audit files, in any order, against public keys of
// AuditKeys, and their ends against checkpoints of AuditCheckpoints. It returns an
// error for a file that cannot be read and for a text that is not a key.
func VerifyAudit(keys, files, checkpoints []string) (AuditReport, error) {
	var parsed []ed25519.PublicKey
	for _, text := range keys {
		key, err := audittrail.ParseKey(text)
		if err != nil {
			return AuditReport{}, err
		}
		parsed = append(parsed, key)
	}
	var opened []audittrail.File
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return AuditReport{}, err
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return AuditReport{}, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
		}
		opened = append(opened, audittrail.File{Name: name, Text: file})
	}
	return audittrail.Verify(parsed, opened, checkpoints)
}
