package host

import (
	"context"
	"fmt"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// auditRoom is how many free bytes a disk needs to count as not full: enough
// for some hundred entries.
const auditRoom = 64 << 10

// Ready reports whether the next entry can probably be written. After a failed
// write, it tries to write an entry that reports that the trail continues:
//
//	{"time":"…","cid":"…","op":"audit.resume","result":"ok"}
func (a *AuditFile) Ready(ctx context.Context) error {
	if err := a.follow(); err != nil {
		return err
	}
	a.mu.Lock()
	file, failed, refused := a.file, a.failed, a.refused
	a.mu.Unlock()
	if failed != nil {
		return failed
	}
	if free, known := freeBytes(file); known && free < auditRoom {
		return fmt.Errorf("audit file: the disk is full: %d bytes are free", free)
	}
	if refused == nil {
		return nil
	}
	resumed := AuditEntry{Time: time.Now(), AuditEvent: signup.AuditEvent{CID: NewCID(), Op: "audit.resume", Result: signup.StatusOK}}
	if err := a.Append(ctx, resumed); err != nil {
		return fmt.Errorf("an entry could not be written before, and none can now: %w", err)
	}
	return nil
}
