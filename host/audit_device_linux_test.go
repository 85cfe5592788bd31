package host

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// TestFullDiskFailsTheEntry writes to a device that is always full.
func TestFullDiskFailsTheEntry(t *testing.T) {
	t.Parallel()
	file := openAudit(t, "/dev/full")
	for _, entry := range []AuditEntry{attempt, decision} {
		if err := file.Append(t.Context(), entry); err == nil || !strings.HasPrefix(err.Error(), "audit file: ") {
			t.Error(err)
		}
	}
}

// openUnsyncable opens an audit file that cannot be synced, as on a broken disk.
func openUnsyncable(t *testing.T) *AuditFile {
	t.Helper()
	file := openAudit(t, filepath.Join(t.TempDir(), "audit.jsonl"))
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	file.file.Close()
	file.file = device
	return file
}

// TestFailedSyncIsFinal checks that nothing is written after an entry that may
// be lost.
func TestFailedSyncIsFinal(t *testing.T) {
	t.Parallel()
	file := openUnsyncable(t)
	mustAppend(t, file, attempt) // is not synced
	for _, entry := range []AuditEntry{decision, decision, attempt} {
		if err := file.Append(t.Context(), entry); err == nil || !strings.Contains(err.Error(), "restart") {
			t.Error(err)
		}
	}
}

// TestEnrolOnAFullDiskAcceptsNobody checks a whole sign-up.
func TestEnrolOnAFullDiskAcceptsNobody(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(o *Options) { o.Audit = openAudit(t, "/dev/full") })
		_, err := i.Signup(t.Context(), ada())
		mustBe(t, err, signup.Busy, "audit file")
	})
}

func TestAuditFileThatFailedToWriteAnEntryIsNotReady(t *testing.T) {
	t.Parallel()
	file := openAudit(t, "/dev/full")
	if err := file.Ready(t.Context()); err != nil {
		t.Errorf("before an entry: %v", err)
	}
	if err := file.Append(t.Context(), attempt); err == nil {
		t.Error("an entry was written to a full disk")
	}
	if err := file.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "none can now") {
		t.Errorf("after it: %v", err)
	}
	select {
	case <-file.Done():
		t.Error("a full disk ended it, though it may have room again")
	default:
	}
}

func TestFailedSyncEndsTheAuditFile(t *testing.T) {
	t.Parallel()
	file := openUnsyncable(t)
	if err := file.Err(); err != nil {
		t.Error(err)
	}
	if err := file.Append(t.Context(), decision); err == nil {
		t.Error("a device was synced that cannot be")
	}
	<-file.Done()
	if err := file.Err(); err == nil || file.Ready(t.Context()) == nil {
		t.Error("it does not say so")
	}
}
