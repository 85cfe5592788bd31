package host

import (
	"os"
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

// TestFailedSyncIsFinal writes to a device that cannot be synced: what it was
// given may be lost, so nothing that follows counts either.
func TestFailedSyncIsFinal(t *testing.T) {
	t.Parallel()
	file := openAudit(t, os.DevNull)
	mustAppend(t, file, attempt) // is not synced
	for _, entry := range []AuditEntry{decision, decision, attempt} {
		if err := file.Append(t.Context(), entry); err == nil || !strings.Contains(err.Error(), "restart") {
			t.Error(err)
		}
	}
}

// TestEnrolOnAFullDiskTakesNobody is the whole of it.
func TestEnrolOnAFullDiskTakesNobody(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(o *Options) { o.Audit = openAudit(t, "/dev/full") })
		_, err := i.Signup(t.Context(), ada())
		mustBe(t, err, signup.Busy, "audit file")
	})
}
