package host

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

func TestAuditLogHandsEntriesToTheHandler(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := NewAuditLog(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelError}))
	for _, entry := range []AuditEntry{attempt, decision} {
		if err := log.Append(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
	}
	want := `{"time":"2026-03-01T11:00:00.007999999Z","level":"INFO","msg":"audit","cid":"c1","op":"user.signup"}
{"time":"2026-03-01T11:00:00.007999999Z","level":"INFO","msg":"audit","cid":"c1","op":"user.signup","current_user":"u0","target_user":"u1","result":"error","extra":{"current_app":"R&D <x>","remote_addr":"127.0.0.1;::1","sub_status":["E001002","E002002"]}}
`
	if out.String() != want {
		t.Errorf("\n got %s\nwant %s", &out, want)
	}
}

func TestEncodingJSONWritesAndReadsAuditEntries(t *testing.T) {
	t.Parallel()
	want := `{"time":"2026-03-01T11:00:00.007999999Z",` + strings.TrimSuffix(decisionLine[strings.Index(decisionLine, `"cid"`):], "\n")
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(decision); err != nil || strings.TrimSpace(out.String()) != want {
		t.Errorf("%v\n got %s\nwant %s", err, &out, want)
	}
	var back AuditEntry
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || !back.Time.Equal(decision.Time) || !reflect.DeepEqual(back.AuditEvent, decision.AuditEvent) {
		t.Errorf("%+v, %v", back, err)
	}
}

type brokenHandler struct{ slog.Handler }

func (brokenHandler) Handle(context.Context, slog.Record) error { return errDisk }

func TestAuditLogPassesErrorsOn(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(o *Options) { o.Audit = NewAuditLog(brokenHandler{slog.DiscardHandler}) })
		_, err := i.Signup(t.Context(), ada())
		if err == nil || !strings.Contains(err.Error(), errDisk.Error()) {
			t.Error(err)
		}
	})
}
