package signup

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// Every time in an answer and in a call of a service is in UTC and in RFC 3339.
func TestTimesHaveTheirZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pass(7)
	id := w.account("ada", "ada@example.com")
	w.mustRun("approve", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
	w.mustRun("lock", LockRequest{UserID: id, caller: caller{superUser: true}})
	w.claim("bob", "bob@example.com")
	w.giveUp()
	texts := []string{
		w.mustRun("get", GetRequest{UserID: id}).text,
		w.mustRun("pending", PendingRequest{Status: toConfirm, caller: caller{superUser: true}}).text,
		w.mustRun("dead", DeadRequest{caller: caller{superUser: true}}).text,
	}
	for _, call := range w.calls {
		texts = append(texts, call.Body)
	}
	found := 0
	for _, text := range texts {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		found += timesIn(t, "", value)
	}
	if want := 2 + 2 + 1 + len(w.calls); found < want {
		t.Errorf("%d times were found, want at least %d in\n%s", found, want, strings.Join(texts, "\n"))
	}
}

// timesIn checks every text that looks like a time.
func timesIn(t *testing.T, name string, value any) (found int) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			found += timesIn(t, name, member)
		}
	case []any:
		for _, entry := range v {
			found += timesIn(t, name, entry)
		}
	case string:
		if len(v) < 19 || v[10] != 'T' || v[13] != ':' {
			return 0
		}
		if _, err := time.Parse(time.RFC3339, v); err != nil || !strings.HasSuffix(v, "Z") {
			t.Errorf("%s is %q", name, v)
		}
		return 1
	}
	return found
}
