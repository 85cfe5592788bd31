package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// rotating opens an audit file with options, in a directory of its own.
func rotating(t *testing.T, options AuditFileOptions) (*AuditFile, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file, err := OpenAuditFile(path, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file, path
}

// rotated returns the rotated files of an audit file, the oldest first.
func rotated(t *testing.T, path string) []string {
	t.Helper()
	files, err := rotatedFiles(path)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestFullAuditFileIsRotated(t *testing.T) {
	t.Parallel()
	bound := 3 * len(decisionLine)
	file, path := rotating(t, AuditFileOptions{MaxBytes: int64(bound)})
	for range 8 {
		mustAppend(t, file, decision)
	}
	var all []string
	for _, name := range append(rotated(t, path), path) {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
		all = append(all, content(t, name))
	}
	full := strings.Repeat(decisionLine, 3)
	if want := []string{full, full, strings.Repeat(decisionLine, 2)}; !slices.Equal(all, want) {
		t.Errorf("the files are %q", all)
	}
}

func TestEntryThatIsLongerThanAFileHasItsOwn(t *testing.T) {
	t.Parallel()
	file, path := rotating(t, AuditFileOptions{MaxBytes: 10})
	mustAppend(t, file, attempt, decision)
	if files := rotated(t, path); len(files) != 1 || content(t, files[0]) != attemptLine || content(t, path) != decisionLine {
		t.Errorf("%d rotated files, then %s", len(files), content(t, path))
	}
}

// The first entry has the age of the file, also after it is opened again.
func TestOldAuditFileIsRotated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(path, []byte(attemptLine), 0o600); err != nil {
		t.Fatal(err)
	}
	age := time.Since(attempt.Time)
	for _, c := range []struct {
		most time.Duration
		want int
	}{{age + time.Hour, 0}, {age, 1}, {age, 1}} {
		file, err := OpenAuditFile(path, AuditFileOptions{MaxAge: c.most})
		if err != nil {
			t.Fatal(err)
		}
		entry := decision
		entry.Time = time.Now()
		mustAppend(t, file, entry)
		if files := rotated(t, path); len(files) != c.want {
			t.Errorf("after at most %s: %d rotated files", c.most, len(files))
		}
		file.Close()
	}
}

// A file by itself rotates too, when no entry comes.
func TestIdleAuditFileIsRotatedByAge(t *testing.T) {
	t.Parallel()
	file, path := rotating(t, AuditFileOptions{MaxAge: 20 * time.Millisecond})
	mustAppend(t, file, decision)
	for len(rotated(t, path)) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	if got := content(t, path); got != "" {
		t.Errorf("the file has %s", got)
	}
}

func TestOldestRotatedFilesAreRemoved(t *testing.T) {
	t.Parallel()
	file, path := rotating(t, AuditFileOptions{Keep: 2})
	others := []string{path + ".1", path + ".20260101T000000.000Z.gz", path + "-20260101"}
	for _, name := range others {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 5 {
		entry := decision
		entry.CID = fmt.Sprint("c", n)
		mustAppend(t, file, entry)
		if err := file.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	files := rotated(t, path)
	if len(files) != 2 || !strings.Contains(content(t, files[0]), `"c3"`) || !strings.Contains(content(t, files[1]), `"c4"`) {
		t.Errorf("%v stay", files)
	}
	for _, name := range others {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}

func TestRotateLeavesAnEmptyFileAndReopensARenamedOne(t *testing.T) {
	t.Parallel()
	file, path := rotating(t, AuditFileOptions{})
	if err := file.Rotate(); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, file, attempt)
	if err := errors.Join(os.Rename(path, path+".1"), file.Rotate()); err != nil {
		t.Fatal(err)
	}
	if files := rotated(t, path); len(files) != 0 || content(t, path) != "" || content(t, path+".1") != attemptLine {
		t.Errorf("%v were rotated", files)
	}
}

// Two AuditFiles on one file stand for two processes.
func TestSimultaneousRotationsLoseNoLine(t *testing.T) {
	t.Parallel()
	const writers, each = 8, 100
	options := AuditFileOptions{MaxBytes: 5 * int64(len(decisionLine))}
	one, path := rotating(t, options)
	other, err := OpenAuditFile(path, options)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	var writing sync.WaitGroup
	for w := range writers {
		file := []*AuditFile{one, other}[w%2]
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
				if n%50 == 0 {
					if err := file.Rotate(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	writing.Wait()
	var all strings.Builder
	for _, name := range append(rotated(t, path), path) {
		switch text, err := os.ReadFile(name); {
		case errors.Is(err, fs.ErrNotExist) && name == path:
		case err != nil:
			t.Error(err)
		default:
			all.Write(text)
		}
	}
	wantEachOnce(t, all.String(), writers, each)
}

// The file keeps its name and stays in use where it cannot be rotated, since its
// new name would be too long for any file system.
func TestAuditFileThatCannotBeRotatedStaysInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), strings.Repeat("a", 240))
	file, err := OpenAuditFile(path, AuditFileOptions{MaxBytes: int64(len(decisionLine))})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	mustAppend(t, file, decision, decision, decision)
	if err := errors.Join(file.Rotate(), file.Ready(t.Context())); err != nil {
		t.Error(err)
	}
	if got := content(t, path); got != strings.Repeat(decisionLine, 3) {
		t.Errorf("the file has %s", got)
	}
}
