package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// purgeAll purges until there is no more, and returns how much was removed.
func (w *world) purgeAll() int {
	w.t.Helper()
	removed, cursor := 0, ""
	for {
		r := w.mustRun("purge", PurgeRequest{Limit: 7, Cursor: cursor})
		removed += r.Removed
		if !r.More {
			return removed
		}
		cursor = r.Cursor
	}
}

func TestPurgeRemovesWhatExpired(t *testing.T) {
	t.Parallel()
	for _, buckets := range []string{"1", "16"} {
		w := newWorld(t, "enrol.buckets="+buckets)
		const n = 30
		for i := range n {
			name := fmt.Sprintf("user-%d", i)
			request := ask(name, name+"@example.com")
			request.IdempotencyKey = name
			token := w.mustRun("signup", request).ConfirmToken
			w.claim(name, "other@example.com") // void
			if i%3 == 0 {
				w.confirm(token)
			}
		}
		w.drain()
		if removed := w.purgeAll(); removed != 0 {
			t.Errorf("%d were removed before they expired", removed)
		}
		w.pass(25 * 60 * minute)
		if removed := w.purgeAll(); removed != 2*n+n { // claims, void ones, and answers
			t.Errorf("%d were removed, want %d", removed, 3*n)
		}
		for prefix, want := range map[string]int{
			record.UserPrefix: n / 3, record.NamePrefix: n / 3, "mail/": n / 3, record.ApprovalPrefix: n / 3, record.TokenPrefix: 0, record.PendingPrefix: 0, record.IdemPrefix: 0,
		} {
			if got := len(w.list(prefix)); got != want {
				t.Errorf("%s buckets: %d under %s, want %d", buckets, got, prefix, want)
			}
		}
		w.checkInvariants()
		if removed := w.purgeAll(); removed != 0 {
			t.Errorf("%d more were removed", removed)
		}
	}
}

// Takeover, confirming and purging exclude each other: nothing is ever half
// done.
func TestPurgeExcludesOtherChanges(t *testing.T) {
	t.Parallel()
	for name, rival := range map[string]func(w *world, token string){
		"takeover": func(w *world, _ string) { w.claim("ADA", "other@example.com") },
		"purge":    func(w *world, _ string) { w.purgeAll() },
		"confirm":  func(w *world, token string) { w.pass(-(60 * minute)); w.confirm(token) },
	} {
		for n := range 8 {
			w := newWorld(t)
			token := w.claim("ada", "ada@example.com")
			w.pass(24 * 60 * minute)
			other := w.fork(uint64(n))
			w.before = func(at int, _ effect) error {
				if at == n {
					rival(other, token)
				}
				return nil
			}
			w.mustRun("purge", PurgeRequest{})
			w.checkInvariants()
			if name == "takeover" && len(other.Effects()) > 0 && len(w.list(record.NamePrefix)) != 1 {
				t.Errorf("%s before effect %d: the name is gone", name, n)
			}
		}
	}
}

func TestPurgeRemovesAllOfAClaimAndKeepsCounters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_signup=100", "enrol.message_cooldown=60", "signup.email_confirm_enabled=False", "signup.callback_service_list=")
	w.claim("ada", "ada@example.com")
	w.pass(1440 * minute)
	w.claim("bob", "bob@example.com")
	w.mustRun("purge", `{}`)
	if got := len(w.list(record.UserPrefix)) + len(w.list(record.TokenPrefix)) + len(w.list(record.NamePrefix)) + len(w.list(record.PendingPrefix)); got != 4 {
		t.Errorf("there are %d records, 4 of one claim", got)
	}
	if got := len(w.list(record.RatePrefix)); got != 1 {
		t.Errorf("there are %d counters, one of this hour", got)
	}
}

// The clocks of two hosts differ: if another host, for which the claim is live,
// changes it meanwhile, purge reads it again.
func TestPurgeLeavesAClaimThatAnotherLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	other := w.fork(1)
	id := other.mustRun("get", GetRequest{Username: "ada"}).User.UserID
	w.pass(1440 * minute)
	w.before = func(_ int, e effect) error {
		if e.Kind == "commit" {
			other.mustRun("lock", LockRequest{UserID: id, caller: caller{superUser: true}})
		}
		return nil
	}
	w.mustRun("purge", `{}`)
	if user := read[record.User](w, record.UserPrefix+id); user == nil || user.Locked == 0 {
		t.Errorf("the claim is %+v", user)
	}
}

// An unreadable record stays and is reported, and does not block anything else.
func TestPurgeSkipsUnreadableRecords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 20 {
		request := ask(fmt.Sprintf("user-%d", n), "ada@example.com")
		request.IdempotencyKey = request.Username
		w.mustRun("signup", request)
	}
	w.drain()
	newer, first := w.list(record.PendingPrefix)[3].Key, w.list(record.IdemPrefix)[0].Key
	w.write(kv.Put{Key: newer, Data: `{"v":2}`})
	w.write(kv.Put{Key: first, Data: `{}`})
	w.pass(25 * 60 * minute)
	removed, named := 0, false
	for runs, cursor := 0, ""; ; runs++ {
		r := w.mustRun("purge", PurgeRequest{Limit: 7, Cursor: cursor})
		removed, cursor = removed+r.Removed, r.Cursor
		named = named || strings.Contains(r.Damage, newer)
		if !r.More {
			break
		}
		if runs > 100 {
			t.Fatalf("after %d runs there is more: %s", runs, r.text)
		}
	}
	if claims, answers := len(w.list(record.PendingPrefix)), len(w.list(record.IdemPrefix)); claims != 1 || answers != 1 {
		t.Errorf("%d claims and %d answers are left", claims, answers)
	}
	if !named || removed != 38 {
		t.Errorf("damage is named: %t; removed are %d", named, removed)
	}
}
