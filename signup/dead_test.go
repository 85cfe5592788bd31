package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// giveUp makes every event of a signup a dead letter.
func (w *world) giveUp() {
	w.t.Helper()
	w.refuse("crm.created", "mailer")
	for len(w.list(record.EventPrefix)) > 0 {
		w.mustRun("dispatch", `{}`)
		w.pass(retryLimit)
	}
	w.Services = nil
	if n := len(w.list(record.DeadPrefix)); n == 0 {
		w.t.Fatal("there are no dead letters")
	}
}

func TestDeadEventsAreListedAndRetried(t *testing.T) {
	t.Parallel()
	for _, buckets := range []string{"1", "16"} {
		w := newWorld(t, "enrol.buckets="+buckets)
		for _, name := range []string{"ada", "bob", "eve"} {
			w.claim(name, name+"@example.com")
		}
		w.giveUp()
		before := map[string]bool{}
		for _, call := range w.calls {
			before[call.Headers.ID] = true
		}
		w.calls = nil
		var ids []string
		for cursor := ""; ; {
			r := w.mustRun("dead", DeadRequest{Limit: 4, Cursor: cursor, caller: caller{superUser: true}})
			for _, event := range r.Events {
				if event.Tries != record.MaxTries || event.Reason == "" || !record.IsID(event.UserID) || strings.Contains(r.text, "@example.com") {
					t.Errorf("listed is %+v", event)
				}
				ids = append(ids, event.ID)
			}
			if cursor = r.Cursor; cursor == "" {
				break
			}
		}
		if len(ids) != 6 {
			t.Fatalf("%d events are listed, want 6", len(ids))
		}
		for _, id := range ids {
			w.mustRun("retry", RetryRequest{ID: id, caller: caller{superUser: true}})
			if last := w.audit[len(w.audit)-1]; last.Op != "event.retry" || last.Result != "ok" || !record.IsID(last.TargetUser) {
				t.Errorf("the trail ends with %+v", last)
			}
			if r := w.run("retry", RetryRequest{ID: id, caller: caller{superUser: true}}); r.codes() != string(NotAllowed) {
				t.Errorf("retry again: %s", r.text)
			}
		}
		w.checkInvariants()
		w.drain()
		if len(w.calls) != 6 || len(w.list(record.DeadPrefix)) != 0 {
			t.Errorf("%d were delivered, %d are dead", len(w.calls), len(w.list(record.DeadPrefix)))
		}
		for _, call := range w.calls {
			if !before[call.Headers.ID] {
				t.Error("an event was delivered with another id")
			}
		}
	}
}

func TestDeadEventsAreForSuperUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for operation, request := range map[string]any{"dead": DeadRequest{}, "retry": RetryRequest{ID: "00/1/2"}} {
		if r := w.run(operation, request); r.codes() != string(SuperUserRequired) {
			t.Errorf("%s: %s", operation, r.text)
		}
	}
}

func TestRetrySurvivesUnknownOutcomes(t *testing.T) {
	t.Parallel()
	for _, list := range [][]commitResult{{conflict, applied}, {lostBefore, applied}, {lostAfter, broken}} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		w.giveUp()
		id := w.mustRun("dead", DeadRequest{caller: caller{superUser: true}}).Events[0].ID
		w.outcomes(list...)
		w.mustRun("retry", RetryRequest{ID: id, caller: caller{superUser: true}})
		w.commit = nil
		w.drain()
		w.checkInvariants()
	}
}
