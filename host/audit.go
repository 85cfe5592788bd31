package host

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Audit is an audit trail. Append adds an entry at its end; once it returned
// nil for a decision (an entry with a result), the entry MUST survive a crash
// of the process. It MUST be safe for concurrent use. Its errors fail the
// operation.
type Audit interface {
	Append(ctx context.Context, entry AuditEntry) error
}

// AuditEntry is an audit event with its time.
type AuditEntry struct {
	Time time.Time
	signup.AuditEvent
}

// MarshalJSON writes the time in RFC 3339, in UTC, and the members of the event.
func (e AuditEntry) MarshalJSON() ([]byte, error) {
	return e.json(e.Time.UTC().Format(time.RFC3339Nano)), nil
}

func (e AuditEntry) json(at string) []byte {
	return strictjson.Append(nil, func(m *strictjson.Members) {
		m.String("time", &at)
		e.AuditEvent.Members(m)
	})
}

// UnmarshalJSON reads what MarshalJSON or an AuditFile wrote.
func (e *AuditEntry) UnmarshalJSON(data []byte) error {
	var at struct{ Time time.Time }
	if err := json.Unmarshal(data, &at); err != nil {
		return err
	}
	e.Time = at.Time
	return e.AuditEvent.UnmarshalJSON(data)
}

// NewAuditLog returns an audit trail that hands entries to a slog.Handler, at
// level info, even if the handler is not enabled for that level. Whether
// entries survive a crash depends on the handler.
func NewAuditLog(handler slog.Handler) Audit { return auditLog{handler} }

type auditLog struct{ handler slog.Handler }

func (a auditLog) Append(ctx context.Context, entry AuditEntry) error {
	record := slog.NewRecord(entry.Time.UTC(), slog.LevelInfo, "audit", 0)
	add := func(key, value string) {
		if value != "" {
			record.AddAttrs(slog.String(key, value))
		}
	}
	add("cid", entry.CID)
	add("op", entry.Op)
	add("current_user", entry.CurrentUser)
	add("target_user", entry.TargetUser)
	add("result", entry.Result)
	var extra []any
	if entry.Extra.CurrentApp != "" {
		extra = append(extra, slog.String("current_app", entry.Extra.CurrentApp))
	}
	if entry.Extra.RemoteAddr != "" {
		extra = append(extra, slog.String("remote_addr", entry.Extra.RemoteAddr))
	}
	if len(entry.Extra.SubStatus) > 0 {
		extra = append(extra, slog.Any("sub_status", entry.Extra.SubStatus))
	}
	if search := entry.Extra.Search; search != nil {
		extra = append(extra, slog.Group("search", slog.Any("fields", search.Fields), slog.Int("found", search.Found)))
	}
	if len(extra) > 0 {
		record.AddAttrs(slog.Group("extra", extra...))
	}
	return a.handler.Handle(ctx, record)
}
