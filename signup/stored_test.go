package signup

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

// furnished returns a world that holds a record of every kind, and requests
// that touch them.
func furnished(t testing.TB) (w *world, requests map[string]any) {
	t.Helper()
	w = newWorld(t, "apps.login_allowed=CRM", "enrol.rate_signup=100", "enrol.resend_cooldown=0", "enrol.message_daily_cap=9")
	id := w.account("eve", "eve@example.com")
	w.claim("late", "late@example.com")
	w.giveUp()
	w.now += 1440 * minute
	token := w.mustRun("signup", asked("ada", "ada@example.com", "key-1")).ConfirmToken
	w.mustRun("dispatch", `{"limit":1}`) // counts a message
	letter := strings.TrimPrefix(w.list(deadPrefix)[0].Key, deadPrefix)
	return w, map[string]any{
		"open":     `{}`,
		"signup":   asked("ada", "ada@example.com", "key-1"),
		"validate": asked("ada", "ada@example.com", ""),
		"confirm":  ConfirmRequest{ConfirmToken: Secret(token)},
		"get":      GetRequest{Username: "eve"},
		"dispatch": `{}`,
		"resend":   ResendRequest{Username: "ada", Email: "ada@example.com"},
		"verify":   login("", "eve@example.com", goodPassword),
		"approve":  ApprovalRequest{UserID: id, SuperUser: true},
		"reject":   ApprovalRequest{UserID: id, SuperUser: true},
		"pending":  `{"status":"to-approve","super_user":true}`,
		"purge":    `{}`,
		"rekey":    RekeyRequest{SuperUser: true},
		"dead":     DeadRequest{SuperUser: true},
		"retry":    RetryRequest{ID: letter, SuperUser: true},
		"lock":     `{"user_id":"` + id + `","super_user":true}`,
		"unlock":   `{"user_id":"` + id + `","super_user":true}`,
	}
}

func TestFurnishedWorldHasEveryKindOfRecord(t *testing.T) {
	t.Parallel()
	w, requests := furnished(t)
	for _, list := range []string{
		userPrefix, namePrefix, "mail/", tokenPrefix, pendingPrefix, approvalPrefix, eventPrefix, outboxPrefix, deadPrefix,
		idemPrefix, ratePrefix, sentPrefix, metaFormatKey, metaKeysKey,
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

// FuzzStoredRecords puts anything in the place of any record, and runs every
// operation: each answers, none panics, and what cannot be read is told and
// stays as it is.
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
			return // no store holds that
		}
		w := bareWorld(t, furniture.engine)
		w.now = furniture.now
		for _, e := range entries {
			w.write(kv.Put{Key: e.Key, Data: e.Data})
		}
		w.write(kv.Put{Key: key, Data: string(data)})
		operation := Operations()[int(which)%len(Operations())]
		r := w.run(operation, requests[operation])
		if r.Fault != "" && r.codes() != string(InternalError) && r.codes() != string(Busy) || strings.Contains(r.Fault, "a bug") {
			t.Errorf("%s with %s = %q answers %s", operation, key, data, r.text)
		}
		var header struct {
			V int `json:"v"`
		}
		readable := json.Unmarshal(data, &header) == nil && header.V == recordVersion
		kept := slices.ContainsFunc(w.dump(), func(e kv.Entry) bool { return e.Key == key && e.Data == string(data) })
		if !readable && !kept && !goes(operation, key) {
			t.Errorf("%s lost %s = %q and answers %s", operation, key, data, r.text)
		}
	})
}

// goes says whether an operation removes a record without reading it: those
// that another record lists, in whole, and counters of an hour or a day that is
// over, as their keys tell.
func goes(operation, key string) bool {
	list, _, _ := strings.Cut(key, "/")
	switch operation {
	case "purge":
		return slices.Contains([]string{"token", "pending", "approval", "mail", "rate", "sent"}, list)
	case "reject", "approve":
		return slices.Contains([]string{"token", "pending", "approval", "mail"}, list)
	case "resend":
		return list == "pending" // written anew
	case "confirm":
		return list == "pending"
	}
	return false
}
