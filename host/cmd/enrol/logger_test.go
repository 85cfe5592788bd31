package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestLogIsInUTC(t *testing.T) {
	var out strings.Builder
	at := time.Date(2026, 3, 1, 12, 0, 0, 7_000_000, time.FixedZone("", 3600))
	if err := newLogger(&out).Handler().Handle(t.Context(), slog.NewRecord(at, slog.LevelInfo, "serving", 0)); err != nil {
		t.Fatal(err)
	}
	if want := "time=2026-03-01T11:00:00.007Z level=INFO msg=serving\n"; out.String() != want {
		t.Errorf("got %s, want %s", out.String(), want)
	}
}
