package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

// bury makes every event in a data directory a dead letter.
func bury(t *testing.T, dir string) {
	t.Helper()
	store, err := pebble.Open(dir, pebble.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	events, err := store.Scan(t.Context(), "event/", "", kv.MaxScanLimit)
	if err != nil {
		t.Fatal(err)
	}
	places, err := store.Scan(t.Context(), "outbox/", "", kv.MaxScanLimit)
	if err != nil {
		t.Fatal(err)
	}
	var batch kv.Batch
	for _, event := range events {
		id := strings.TrimPrefix(event.Key, "event/")
		batch.Deletes = append(batch.Deletes, event.Key)
		batch.Puts = append(batch.Puts, kv.Put{Key: "dead/00/1790000000000/" + id, Data: event.Data})
	}
	for _, place := range places {
		batch.Deletes = append(batch.Deletes, place.Key)
	}
	if applied, err := store.Commit(t.Context(), batch); err != nil || !applied {
		t.Fatal(applied, err)
	}
}

func TestDeadEventsAreListedAndRetried(t *testing.T) {
	h := newWorkdir(t)
	conf := strings.Replace(fastConf, "email_confirm_enabled=False", "email_confirm_enabled=True", 1) + "[main]\nemail_service=http://127.0.0.1:1/mail\n"
	h.write("sso.conf", conf, 0o644)
	h.fast(request("ada"), "signup").want(exitOK)
	if listed := h.fast("", "dead").want(exitOK).stdout; listed != "" {
		t.Errorf("listed before: %s", listed)
	}
	bury(t, h.path("data"))
	listed := h.fast("", "dead").want(exitOK).stdout
	var event signup.DeadEvent
	if err := json.Unmarshal([]byte(listed), &event); err != nil || event.Tries != 1 ||
		event.Destination != "http://127.0.0.1:1" || !strings.Contains(event.Reason, "cannot be reached") {
		t.Fatalf("%v: %s", err, listed)
	}
	h.fast("", "retry", event.ID).want(exitOK)
	if listed := h.fast("", "dead").want(exitOK).stdout; listed != "" {
		t.Errorf("listed after: %s", listed)
	}
	h.fast("", "retry", event.ID).want(exitRefused)
	h.run("", "fsck").want(exitOK)
}
