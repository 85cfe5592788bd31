package signup

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// furnished returns a world that has a record of every kind, and requests that
// touch them.
func furnished(t testing.TB) (w *world, requests map[string]any) {
	t.Helper()
	w = newWorld(t, "apps.login_allowed=CRM", "enrol.rate_signup=100", "enrol.resend_cooldown=0", "enrol.message_daily_cap=9")
	id := w.account("eve", "eve@example.com")
	w.claim("late", "late@example.com")
	w.giveUp()
	w.pass(1440 * minute)
	token := w.mustRun("signup", asked("ada", "ada@example.com", "key-1")).ConfirmToken
	w.mustRun("dispatch", `{"limit":1}`) // counts a message
	letter := strings.TrimPrefix(w.list(record.DeadPrefix)[0].Key, record.DeadPrefix)
	return w, map[string]any{
		"open":     `{}`,
		"signup":   asked("ada", "ada@example.com", "key-1"),
		"validate": asked("ada", "ada@example.com", ""),
		"confirm":  ConfirmRequest{ConfirmToken: Secret(token)},
		"get":      GetRequest{Username: "eve"},
		"dispatch": `{}`,
		"resend":   ResendRequest{Username: "ada", Email: "ada@example.com"},
		"verify":   login("", "eve@example.com", goodPassword),
		"approve":  ApprovalRequest{UserID: id, caller: caller{superUser: true}},
		"reject":   ApprovalRequest{UserID: id, caller: caller{superUser: true}},
		"pending":  `{"status":"to-approve","super_user":true}`,
		"purge":    `{}`,
		"rekey":    RekeyRequest{caller: caller{superUser: true}},
		"dead":     DeadRequest{caller: caller{superUser: true}},
		"retry":    RetryRequest{ID: letter, caller: caller{superUser: true}},
		"lock":     `{"user_id":"` + id + `","super_user":true}`,
		"unlock":   `{"user_id":"` + id + `","super_user":true}`,
	}
}

func TestFurnishedWorldHasEveryKindOfRecord(t *testing.T) {
	t.Parallel()
	w, requests := furnished(t)
	for _, list := range []string{
		record.UserPrefix, record.NamePrefix, "mail/", record.TokenPrefix, record.PendingPrefix, record.ApprovalPrefix, record.EventPrefix, record.OutboxPrefix, record.DeadPrefix,
		record.IdemPrefix, record.RatePrefix, record.SentPrefix, record.FormatKey, record.KeysKey,
	} {
		if len(w.list(list)) == 0 {
			t.Errorf("nothing is under %s", list)
		}
	}
	for _, operation := range Operations() {
		if requests[operation] == nil {
			t.Errorf("nothing is asked of %s", operation)
		}
	}
}

// FuzzStoredRecords replaces any record with anything, and runs every
// operation: each answers, none panics, and an unreadable record is reported
// and stays as it is.
func FuzzStoredRecords(f *testing.F) {
	furniture, requests := furnished(f)
	entries := furniture.dump()
	for n, entry := range entries {
		f.Add(uint8(n), uint8(n), []byte(entry.Data))
		for operation := range Operations() {
			for _, data := range []string{`{`, `null`, `{"v":2}`, `{"v":1}`, `{"v":1,"id":"00000000000000000000000000","keys":["meta/keys"]}`} {
				if n%7 == operation%7 {
					f.Add(uint8(operation), uint8(n), []byte(data))
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, which, at uint8, data []byte) {
		key := entries[int(at)%len(entries)].Key
		if kv.CheckBatch(kv.Batch{Puts: []kv.Put{{Key: key, Data: string(data)}}}) != nil {
			return // no store contains that
		}
		w := worldOf(t, furniture.engine)
		w.Clock.Set(furniture.Clock.Now())
		for _, e := range entries {
			w.write(kv.Put{Key: e.Key, Data: e.Data})
		}
		w.write(kv.Put{Key: key, Data: string(data)})
		operation := Operations()[int(which)%len(Operations())]
		r := w.run(operation, requests[operation])
		if r.Fault != "" && r.codes() != string(InternalError) && r.codes() != string(Busy) || strings.Contains(r.Fault, "a bug") {
			t.Errorf("%s with %s = %q answers %s", operation, key, data, r.text)
		}
		version := 0
		value, err := strictjson.ParseOwn(string(data))
		readable := err == nil && value.Read(func(m *strictjson.Members) { m.Int("v", &version) }) == nil && version == record.Version
		kept := slices.ContainsFunc(w.dump(), func(e kv.Entry) bool { return e.Key == key && e.Data == string(data) })
		if !readable && !kept && !goes(operation, key) {
			t.Errorf("%s lost %s = %q and answers %s", operation, key, data, r.text)
		}
	})
}

// goes reports whether an operation removes a record without reading it:
// records that another record lists, and counters of an hour or a day that is
// over, as their keys say.
func goes(operation, key string) bool {
	list, _, _ := strings.Cut(key, "/")
	switch operation {
	case "purge":
		return slices.Contains([]string{"token", "pending", "approval", "mail", "rate", "sent"}, list)
	case "reject", "approve":
		return slices.Contains([]string{"token", "pending", "approval", "mail"}, list)
	case "resend":
		return list == "pending" // rewritten
	case "confirm":
		return list == "pending"
	}
	return false
}
