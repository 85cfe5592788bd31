package host

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv/private"
)

func TestRenamedAuditFileIsNoticed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file := openAudit(t, path)
	mustAppend(t, file, attempt, decision)
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, file, decision)
	if old, now := content(t, path+".1"), content(t, path); old != attemptLine+decisionLine || now != decisionLine {
		t.Errorf("the old file has %s, the new one %s", old, now)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the new file: %v, %v", info, err)
	}
}

func TestRemovedOrReplacedAuditFileIsNoticed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"removed": os.Remove,
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".1"), os.WriteFile(path, nil, 0o600))
		},
	} {
		path := filepath.Join(t.TempDir(), "audit.jsonl")
		file := openAudit(t, path)
		mustAppend(t, file, attempt)
		if err := change(path); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, file, decision)
		if got := content(t, path); got != decisionLine {
			t.Errorf("%s: the file has %s", name, got)
		}
	}
}

// TestRotationLosesNoLine renames the file again and again while entries are
// added.
func TestRotationLosesNoLine(t *testing.T) {
	t.Parallel()
	const writers, each, rotations = 8, 100, 20
	dir := t.TempDir()
	path := filepath.Join(dir, "audit.jsonl")
	file := openAudit(t, path)
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for n := range each {
				entry := decision
				entry.CID = fmt.Sprintf("c%d-%d", w, n)
				if n%10 > 0 {
					entry.Result = "" // is not synced
				}
				if err := file.Append(t.Context(), entry); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range rotations {
		switch err := os.Rename(path, fmt.Sprintf("%s.%d", path, n)); {
		case errors.Is(err, fs.ErrNotExist): // nobody has written since the last one
		case err != nil:
			t.Error(err)
		}
		if n%5 == 0 {
			if err := file.Reopen(); err != nil {
				t.Error(err)
			}
		}
	}
	writing.Wait()
	names, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		all.WriteString(content(t, name))
	}
	wantEachOnce(t, all.String(), writers, each)
}

// wantEachOnce expects the entries of writers, and nothing else, each of them once.
func wantEachOnce(t *testing.T, all string, writers, each int) {
	t.Helper()
	if got := strings.Count(all, "\n"); got != writers*each {
		t.Errorf("%d lines, want %d", got, writers*each)
	}
	for w := range writers {
		for n := range each {
			if got := strings.Count(all, fmt.Sprintf(`"cid":"c%d-%d"`, w, n)); got != 1 {
				t.Errorf("entry %d of writer %d is there %d times", n, w, got)
			}
		}
	}
}

func TestAuditFileThatCannotBeReopened(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "dir")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "audit.jsonl")
	file := openAudit(t, path)
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	if err := file.Reopen(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reopened: %v", err)
	}
	if err := file.Ready(t.Context()); err == nil {
		t.Error("it is ready without a place to write to")
	}
	if err := file.Append(t.Context(), decision); err == nil {
		t.Error("an entry was written to a file that has no name")
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	if err := file.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	mustAppend(t, file, decision)
	if got := content(t, path); !strings.HasSuffix(got, decisionLine) {
		t.Errorf("the file has %s", got)
	}
}

func TestLinkInPlaceOfTheAuditFileIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file := openAudit(t, path)
	target := filepath.Join(t.TempDir(), "target")
	if err := errors.Join(os.Remove(path), os.Symlink(target, path)); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenAuditFile(path, AuditFileOptions{}); !errors.Is(err, private.ErrNotPrivate) {
		t.Errorf("opened: %v", err)
	}
	if err := file.Append(t.Context(), decision); !errors.Is(err, private.ErrNotPrivate) {
		t.Errorf("appended: %v", err)
	}
	if _, err := os.Lstat(target); err == nil {
		t.Error("something was written where the link leads to")
	}
}

// TestRightsOfOthersToTheAuditFileAreRemoved is not parallel: it replaces
// slog.Default.
func TestRightsOfOthersToTheAuditFileAreRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := errors.Join(os.WriteFile(path, []byte(attemptLine), 0o600), os.Chmod(path, 0o644)); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	mustAppend(t, openAudit(t, path), decision)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if got := content(t, path); got != attemptLine+decisionLine {
		t.Errorf("the file has %s", got)
	}
	if !strings.Contains(log.String(), "mode=0644") {
		t.Errorf("the log is %s", &log)
	}
}
