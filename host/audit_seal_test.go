package host

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// sealing is a sealed audit trail of a test.
type sealing struct {
	t       *testing.T
	path    string
	options AuditFileOptions
	keys    []string
}

// newSealing returns one whose store was opened before.
func newSealing(t *testing.T) *sealing {
	t.Helper()
	store := memory.New()
	if _, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: signup.MetaKeys, Data: "{}"}}}); err != nil {
		t.Fatal(err)
	}
	s := &sealing{t: t, path: filepath.Join(t.TempDir(), "audit.jsonl")}
	s.options = AuditFileOptions{SecretKey: signup.FormatKey("k1", bytes.Repeat([]byte{1}, 32)), Store: store, CheckpointEvery: 5, Logger: slog.New(slog.DiscardHandler)}
	s.keys = s.publicKeys()
	return s
}

func (s *sealing) publicKeys() []string {
	s.t.Helper()
	keys, err := AuditKeys(s.options.SecretKey)
	if err != nil {
		s.t.Fatal(err)
	}
	return keys
}

func (s *sealing) open() *AuditFile {
	s.t.Helper()
	file, err := OpenAuditFile(s.path, s.options)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { file.Close() })
	return file
}

// run opens the file, appends entries and closes it.
func (s *sealing) run(entries int) {
	s.t.Helper()
	file := s.open()
	for range entries {
		mustAppend(s.t, file, decision)
	}
	if err := file.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// files returns all files of the trail.
func (s *sealing) files() []string {
	s.t.Helper()
	names, err := filepath.Glob(s.path + "*")
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

// verify checks the files with the checkpoints of the store.
func (s *sealing) verify() AuditReport {
	s.t.Helper()
	kept, err := AuditCheckpoints(s.t.Context(), s.options.Store)
	if err != nil {
		s.t.Fatal(err)
	}
	report, err := VerifyAudit(s.keys, s.files(), kept)
	if err != nil {
		s.t.Fatal(err)
	}
	return report
}

// intact expects no problem and that many lines.
func (s *sealing) intact(lines uint64) {
	s.t.Helper()
	if report := s.verify(); len(report.Problems) > 0 || report.Entries != lines {
		s.t.Errorf("%d lines, want %d: %v %v", report.Entries, lines, report.Problems, report.Notes)
	}
}

func TestSealedTrailContinuesAfterEveryEnd(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	s.run(3)
	s.intact(5) // with the first line and a checkpoint
	s.run(7)
	s.intact(14) // 2 checkpoints more
	crash(t, s.path, `{"time":"20`)
	s.run(1)
	s.intact(17) // a line that tells of the torn one, and a checkpoint
	crash(t, s.path, "\x00\x00\n\x00\n")
	s.run(1)
	s.intact(20)
	if err := os.Rename(s.path, s.path+".1"); err != nil {
		t.Fatal(err)
	}
	s.run(1)
	s.intact(23)
	if n := len(s.chains()); n != 1 {
		t.Errorf("%d chains", n)
	}
}

// chains returns the ids of the chains that the store knows.
func (s *sealing) chains() (ids []string) {
	s.t.Helper()
	entries, err := s.options.Store.Scan(s.t.Context(), signup.AuditCheckpoints, "", 100)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, entry := range entries {
		ids = append(ids, entry.Key)
	}
	return ids
}

// crash adds to the end of a file what a crash can leave.
func crash(t *testing.T, path, rest string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = file.WriteString(rest)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestSealedTrailContinuesInRotatedAndRemovedFiles(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	s.options.MaxBytes = 2048
	file := s.open()
	for n := range 40 {
		mustAppend(t, file, decision)
		switch n {
		case 10:
			if err := os.Rename(s.path, s.path+".moved"); err != nil {
				t.Fatal(err)
			}
		case 30:
			if err := file.Rotate(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(rotated(t, s.path)); n < 4 {
		t.Errorf("%d files were rotated", n)
	}
	for _, name := range s.files() {
		if info, err := os.Stat(name); err != nil || info.Size() > s.options.MaxBytes {
			t.Errorf("%s has %d bytes", name, info.Size())
		}
	}
	if report := s.verify(); len(report.Problems) > 0 {
		t.Error(report.Problems)
	}
}

// Two AuditFiles on one file stand for two processes, which share its chain.
func TestProcessesShareTheChainOfAFile(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	s.options.MaxBytes = 4096
	var writing sync.WaitGroup
	var files []*AuditFile
	for range 3 {
		files = append(files, s.open())
	}
	for w := range 6 {
		writing.Go(func() {
			for range 30 {
				if err := files[w%3].Append(t.Context(), decision); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	for _, file := range files {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	if report := s.verify(); len(report.Problems) > 0 {
		t.Error(report.Problems)
	}
	all := ""
	for _, name := range s.files() {
		all += content(t, name)
	}
	if n := strings.Count(all, `"op":"user.signup"`); n != 180 {
		t.Errorf("%d entries, want 180", n)
	}
}

// A process that is idle misses two rotations. The chain goes on after the second.
func TestIdleProcessContinuesTheChainOfAFileThatWasRotatedTwice(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	busy, idle := s.open(), s.open()
	mustAppend(t, idle, decision)
	for range 2 {
		mustAppend(t, busy, decision)
		if err := busy.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	mustAppend(t, idle, decision)
	mustAppend(t, busy, decision)
	for _, file := range []*AuditFile{busy, idle} {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	if report := s.verify(); len(report.Problems) > 0 {
		t.Error(report.Problems)
	}
}

func TestSealedLinesAreReadAsEntries(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	s.run(1)
	for line := range strings.Lines(content(t, s.path)) {
		var entry AuditEntry
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Op == "" || entry.Time.IsZero() {
			t.Errorf("%v: %s", err, line)
		}
	}
}

func TestFirstWrongLineIsNamed(t *testing.T) {
	t.Parallel()
	edit := func(change func(lines []string) []string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			lines := strings.SplitAfter(content(t, path), "\n")
			if err := os.WriteFile(path, []byte(strings.Join(change(lines[:len(lines)-1]), "")), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		change func(t *testing.T, path string)
		want   string
	}{
		"changed": {edit(func(l []string) []string {
			l[7] = strings.Replace(l[7], "u1", "u2", 1)
			return l
		}), ":8: the line, or the one before it, was changed"},
		"first line changed": {edit(func(l []string) []string {
			l[0] = strings.Replace(l[0], `"time":"2`, `"time":"3`, 1)
			return l
		}), ":1: the line was changed"},
		"signature changed": {edit(func(l []string) []string {
			before, signature, _ := strings.Cut(l[6], `"signature":"`)
			first := map[bool]string{true: "B", false: "A"}[signature[0] == 'A']
			l[6] = before + `"signature":"` + first + signature[1:]
			return l
		}), ":7: no --key signed this line: it, or a line after the last signature in line 1, was changed"},
		"dropped":          {edit(func(l []string) []string { return slices.Delete(l, 6, 8) }), ":7: entries 7 to 8, which belong before this line, were removed or moved"},
		"beginning":        {edit(func(l []string) []string { return l[2:] }), ":1: the lines before this one were removed"},
		"doubled":          {edit(func(l []string) []string { return slices.Insert(l, 7, l[6]) }), ":8: this is entry 7, after entry 7: it was moved or added"},
		"added":            {edit(func(l []string) []string { return slices.Insert(l, 7, decisionLine) }), ":8: the line is not of a trail"},
		"reordered":        {edit(func(l []string) []string { l[6], l[7] = l[7], l[6]; return l }), ":7: entries 7 to 7, which belong before this line, were removed or moved"},
		"end":              {edit(func(l []string) []string { return l[:len(l)-1] }), ":14: entries 15 to 15, which belong after this line, were removed"},
		"hash for another": {edit(func(l []string) []string { return append(l[:7], rehashed(l[6], l[7])) }), ":8: the line, or the one before it, was changed"},
	} {
		s := newSealing(t)
		s.run(11)
		s.intact(15)
		c.change(t, s.path)
		if report := s.verify(); len(report.Problems) != 1 || !strings.Contains(report.Problems[0], s.path+c.want) {
			t.Errorf("%s: %q", name, report.Problems)
		}
	}
}

// rehashed is a line with the hash of another one.
func rehashed(from, line string) string {
	const hash = `,"hash":"`
	at, other := strings.Index(line, hash), strings.Index(from, hash)
	return line[:at] + from[other:]
}

func TestMissingFilesAreNoticed(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	file := s.open()
	for range 3 {
		mustAppend(t, file, decision)
		if err := file.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	mustAppend(t, file, decision)
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(rotated(t, s.path)[0]); err != nil { // as --audit-keep does
		t.Fatal(err)
	}
	if report := s.verify(); len(report.Problems) > 0 || !strings.Contains(strings.Join(report.Notes, "\n"), "earlier files were not given") {
		t.Errorf("%+v", report)
	}
	other := newSealing(t)
	file = other.open()
	for range 3 {
		mustAppend(t, file, decision)
		if err := file.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(file.Close(), os.Remove(rotated(t, other.path)[1])); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(other.path); err != nil {
		t.Fatal(err)
	}
	if report := other.verify(); len(report.Problems) != 1 || !strings.Contains(report.Problems[0], "entries 4 to 6, which belong after this line, were removed") {
		t.Errorf("%+v", report)
	}
}

// An empty file is one that the server has just begun, or one that somebody emptied.
func TestEmptiedFileIsNoticed(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	file := s.open()
	mustAppend(t, file, decision)
	if err := errors.Join(file.Rotate(), file.Close()); err != nil {
		t.Fatal(err)
	}
	s.intact(3)
	if err := os.Remove(rotated(t, s.path)[0]); err != nil {
		t.Fatal(err)
	}
	if report := s.verify(); len(report.Problems) != 1 || !strings.Contains(report.Problems[0], "the store has entry 3 of chain") {
		t.Errorf("%+v", report)
	}
}

// A server that finds a file that ends before its checkpoint does not continue its
// chain, which would hide that.
func TestTruncationIsNoticedAtStart(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	var log bytes.Buffer
	s.options.Logger = slog.New(slog.NewTextHandler(&log, nil))
	s.run(11)
	lines := strings.SplitAfter(content(t, s.path), "\n")
	if err := os.WriteFile(s.path, []byte(strings.Join(lines[:6], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(1)
	if !strings.Contains(log.String(), "it was truncated or replaced") {
		t.Errorf("the log is %s", &log)
	}
	if report := s.verify(); len(report.Problems) != 1 || !strings.Contains(report.Problems[0], s.path+":7: the server began another chain here") {
		t.Errorf("%+v", report)
	}
	if n := len(s.chains()); n != 2 {
		t.Errorf("%d chains", n)
	}
}

func TestNewSecretKeySignsWithItsOwnKey(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	s.run(2)
	old := s.keys[0]
	s.options.SecretKey = signup.FormatKey("k2", bytes.Repeat([]byte{2}, 32)) + "," + s.options.SecretKey
	s.keys = s.publicKeys()
	if len(s.keys) != 2 || s.keys[1] != old || s.keys[0] == old {
		t.Errorf("the keys are %v", s.keys)
	}
	s.run(2)
	s.intact(7)
	s.keys = s.keys[:1]
	if report := s.verify(); len(report.Problems) != 1 || !strings.Contains(report.Problems[0], s.path+":1: no --key signed this line") {
		t.Errorf("%+v", report)
	}
}

// A store that no engine opened yet stays empty.
func TestCheckpointDoesNotBeginAStore(t *testing.T) {
	t.Parallel()
	s := newSealing(t)
	s.options.Store = memory.New()
	s.run(1)
	if got := s.chains(); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

// TestVerifierInPython runs one that was written from the format alone.
func TestVerifierInPython(t *testing.T) {
	t.Parallel()
	python := func(key, path string) (string, error) {
		out, err := exec.Command("python3", "-B", "../tests/audit/verify.py", key, path).CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	s := newSealing(t)
	s.run(7)
	crash(t, s.path, "{\"torn")
	s.run(7)
	count := strings.Count(content(t, s.path), "\n") - 1
	if out, err := python(s.keys[0], s.path); err != nil || out != fmt.Sprint(count) {
		t.Errorf("%v: %s, want %d", err, out, count)
	}
	for n, change := range map[int]func(line string) string{
		4:  func(line string) string { return strings.Replace(line, "u1", "u2", 1) },
		6:  func(string) string { return "" },
		12: func(line string) string { return line + line },
	} {
		lines := strings.SplitAfter(content(t, s.path), "\n")
		lines[n] = change(lines[n])
		changed := filepath.Join(t.TempDir(), "changed")
		if err := os.WriteFile(changed, []byte(strings.Join(lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := python(s.keys[0], changed); err == nil || !strings.Contains(out, changed+":") {
			t.Errorf("line %d: %v: %s", n+1, err, out)
		}
	}
}

func BenchmarkAuditEntry(b *testing.B) {
	for name, key := range map[string]signup.Secret{"plain": "", "sealed": NewSecretKey()} {
		b.Run(name, func(b *testing.B) {
			file, err := OpenAuditFile(filepath.Join(b.TempDir(), "audit.jsonl"), AuditFileOptions{SecretKey: key})
			if err != nil {
				b.Fatal(err)
			}
			defer file.Close()
			for b.Loop() {
				if err := file.Append(b.Context(), attempt); err != nil { // is not synced
					b.Fatal(err)
				}
			}
		})
	}
}
