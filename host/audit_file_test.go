package host

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

var decision = AuditEntry{
	Time: time.Date(2026, 3, 1, 12, 0, 0, 7_999_999, time.FixedZone("", 3600)),
	AuditEvent: signup.AuditEvent{
		CID: "c1", Op: "user.signup", CurrentUser: "u0", TargetUser: "u1", Result: "error",
		Extra: signup.AuditExtra{CurrentApp: "R&D <x>", RemoteAddr: "127.0.0.1;::1", SubStatus: []signup.Code{"E001002", "E002002"}},
	},
}

var attempt = AuditEntry{Time: decision.Time, AuditEvent: signup.AuditEvent{CID: "c1", Op: "user.signup"}}

const (
	decisionLine = `{"time":"2026-03-01T11:00:00.007Z","cid":"c1","op":"user.signup","current_user":"u0","target_user":"u1","result":"error",` +
		`"extra":{"current_app":"R&D <x>","remote_addr":"127.0.0.1;::1","sub_status":["E001002","E002002"]}}` + "\n"
	attemptLine = `{"time":"2026-03-01T11:00:00.007Z","cid":"c1","op":"user.signup"}` + "\n"
)

func openAudit(t *testing.T, path string) *AuditFile {
	t.Helper()
	file, err := OpenAuditFile(path, AuditFileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func mustAppend(t *testing.T, file *AuditFile, entries ...AuditEntry) {
	t.Helper()
	for _, entry := range entries {
		if err := file.Append(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAuditFileHasOneEntryPerLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file := openAudit(t, path)
	mustAppend(t, file, attempt, decision)
	if got := content(t, path); got != attemptLine+decisionLine {
		t.Errorf("\n got %s\nwant %s", got, attemptLine+decisionLine)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestAuditFileIsOnlyAppendedTo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	for range 3 {
		file := openAudit(t, path)
		mustAppend(t, file, decision)
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := content(t, path); got != strings.Repeat(decisionLine, 3) {
		t.Errorf("%s", got)
	}
}

func TestTornLastLineIsTerminatedAndKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after string }{
		"torn":       {attemptLine + `{"time":"20`, attemptLine + `{"time":"20` + "\n" + decisionLine},
		"whole":      {attemptLine, attemptLine + decisionLine},
		"empty":      {"", decisionLine},
		"empty line": {"\n", "\n" + decisionLine},
		"one byte":   {"{", "{\n" + decisionLine},
	} {
		path := filepath.Join(t.TempDir(), "audit.jsonl")
		if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, openAudit(t, path), decision)
		if got := content(t, path); got != c.after {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestSimultaneousAppendsAreWholeLines(t *testing.T) {
	t.Parallel()
	const writers, each = 32, 20
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file := openAudit(t, path)
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for n := range each {
				entry := decision
				entry.CID = fmt.Sprintf("%d-%d", w, n)
				if n%2 == 0 {
					entry.Result = ""
				}
				if err := file.Append(t.Context(), entry); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	next := map[string]int{}
	lines := bufio.NewScanner(strings.NewReader(content(t, path)))
	for lines.Scan() {
		var entry AuditEntry
		if err := json.Unmarshal(lines.Bytes(), &entry); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		writer, number, _ := strings.Cut(entry.CID, "-")
		if number != fmt.Sprint(next[writer]) {
			t.Errorf("%s comes after %d", entry.CID, next[writer]-1)
		}
		next[writer]++
	}
	for w := range writers {
		if got := next[fmt.Sprint(w)]; got != each {
			t.Errorf("writer %d has %d lines", w, got)
		}
	}
}

func TestClosedAuditFileRefusesEntries(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file := openAudit(t, path)
	mustAppend(t, file, attempt)
	for range 2 {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, entry := range []AuditEntry{attempt, decision} {
		if err := file.Append(t.Context(), entry); !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	}
	if got := content(t, path); got != attemptLine {
		t.Errorf("%s", got)
	}
}

func TestAuditFileThatCannotBeOpenedIsAnError(t *testing.T) {
	t.Parallel()
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "no", "such", "place"), ""} {
		if file, err := OpenAuditFile(path, AuditFileOptions{}); err == nil || !strings.HasPrefix(err.Error(), "audit file: ") {
			file.Close()
			t.Errorf("%s: %v", path, err)
		}
	}
}
