package signup

import (
	"fmt"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

func TestApprovalIsForSuperUsers(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"approve", "reject"} {
		w := newWorld(t)
		id := w.live("confirmed")
		before := len(w.dump())
		if r := w.run(operation, ApprovalRequest{UserID: id}); r.codes() != string(SuperUserRequired) {
			t.Errorf("%s: %s", operation, r.text)
		}
		if len(w.dump()) != before {
			t.Errorf("%s wrote something", operation)
		}
		if r := w.run("pending", PendingRequest{Status: toApprove}); r.codes() != string(SuperUserRequired) {
			t.Errorf("pending: %s", r.text)
		}
	}
}

func TestApprove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.live("confirmed")
	w.audit = nil
	request := ApprovalRequest{UserID: id, caller: caller{superUser: true, currentUser: "00000000000000000000000001"}, CurrentApp: "CRM"}
	w.mustRun("approve", request)
	if user := w.mustRun("get", `{"username":"ada"}`).User; user.ApprovalStatus != record.ApprovalApproved {
		t.Errorf("the account is %+v", user)
	}
	if n := len(w.list(record.ApprovalPrefix)); n != 0 {
		t.Errorf("%d accounts wait for approval", n)
	}
	w.mustRun("approve", request) // repeating is not an error
	if n := len(w.audit); n != 4 || w.audit[1].TargetUser != id || w.audit[1].CurrentUser != request.currentUser || w.audit[1].Result != resultOK {
		t.Errorf("the trail is %+v", w.audit)
	}
	w.drain()
	if got, want := kindsOfMessages(t, w.calls), "approved"; got != want {
		t.Errorf("messages are %q, want %q", got, want)
	}
	w.checkInvariants()
}

// drain dispatches until nothing is left.
func (w *world) drain() {
	w.t.Helper()
	for len(w.list(record.EventPrefix)) > 0 {
		w.mustRun("dispatch", `{"limit":100}`)
		w.pass(10 * minute)
	}
}

func TestRejectDeletes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.live("confirmed")
	w.drain()
	w.calls = nil
	w.mustRun("reject", ApprovalRequest{UserID: id, caller: caller{superUser: true}, Reason: "we are full"})
	w.drain()
	if got, want := kindsOfMessages(t, w.calls), "rejected"; got != want {
		t.Errorf("messages are %q, want %q", got, want)
	}
	for _, e := range w.dump() {
		if e.Key != record.FormatKey && e.Key != record.KeysKey {
			t.Errorf("%s is still there", e.Key)
		}
	}
	if again := w.account("ADA", "Ada@example.com"); again == id {
		t.Error("the new account has the old id")
	}
	w.checkInvariants()
}

func TestApprovalNeedsAnUndecidedAccount(t *testing.T) {
	t.Parallel()
	for point, want := range map[string][2]string{
		"pending":   {"E005001", "E005001"},
		"confirmed": {"", ""},
		"approved":  {"", "E005001"},
	} {
		for i, operation := range []string{"approve", "reject"} {
			w := newWorld(t)
			w.live(point)
			id := w.mustRun("get", `{"username":"ada"}`).User.UserID
			if r := w.run(operation, ApprovalRequest{UserID: id, caller: caller{superUser: true}}); r.codes() != want[i] {
				t.Errorf("%s of a %s account: %s", operation, point, r.text)
			}
			w.checkInvariants()
		}
	}
	w := newWorld(t)
	for _, id := range []string{"nonsense", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"} {
		if r := w.run("approve", ApprovalRequest{UserID: id, caller: caller{superUser: true}}); r.codes() != string(UserIDInvalid) {
			t.Errorf("%s: %s", id, r.text)
		}
	}
}

// A decision is made only once, however often the outcome of a commit is
// unknown.
func TestApprovalSurvivesUnknownOutcomes(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"approve", "reject", "resend", "lock", "unlock"} {
		for _, list := range [][]commitResult{{conflict, applied}, {lostBefore, applied}, {lostAfter, broken}, {checkFailed, lostAfter, broken}} {
			w := newWorld(t)
			request := any(ResendRequest{Username: "ada", Email: "ada@example.com"})
			switch operation {
			case "resend":
				w.live("pending")
				w.pass(minute)
			case "lock":
				request = locking(w.live("confirmed"))
			case "unlock":
				request = mustChange(w.live("confirmed"), true)
			default:
				request = ApprovalRequest{UserID: w.live("confirmed"), caller: caller{superUser: true}}
			}
			w.outcomes(list...)
			if r := w.run(operation, request); !r.OK() {
				t.Errorf("%s: %s", operation, r.text)
			}
			w.commit = nil
			w.checkInvariants()
		}
	}
}

func TestPendingListsWhoWaits(t *testing.T) {
	t.Parallel()
	for _, buckets := range []string{"1", "16"} {
		w := newWorld(t, "enrol.buckets="+buckets, "signup.inform_if_user_exists=False")
		const n = 57
		want := map[string]bool{}
		for i := range n {
			name := fmt.Sprintf("user-%d", i)
			token := w.claim(name, name+"@example.com")
			if i%3 == 0 {
				w.confirm(token)
			} else {
				want[name] = true
			}
			w.claim(name, "x@example.com") // void, and not to be listed
			w.pass(1)
		}
		for _, limit := range []int{0, 1, 7, 100} {
			got := w.pages(toConfirm, limit)
			if len(got) != len(want) {
				t.Errorf("%s buckets, limit %d: %d are listed, want %d", buckets, limit, len(got), len(want))
			}
			for name := range got {
				if !want[name] {
					t.Errorf("%s is listed", name)
				}
			}
		}
		if got := w.pages(toApprove, 5); len(got) != n/3 {
			t.Errorf("%d wait for approval, want %d", len(got), n/3)
		}
		w.pass(24 * 60 * minute)
		if got := w.pages(toConfirm, 100); len(got) != 0 {
			t.Errorf("%d are listed after they expired", len(got))
		}
	}
}

// pages reads all pages of a list and returns the usernames.
func (w *world) pages(status string, limit int) map[string]bool {
	w.t.Helper()
	names := map[string]bool{}
	cursor := ""
	for {
		r := w.mustRun("pending", PendingRequest{Status: status, Limit: limit, Cursor: cursor, caller: caller{superUser: true}})
		if limit > 0 && len(r.Users) > limit {
			w.t.Errorf("a page has %d users, the limit is %d", len(r.Users), limit)
		}
		for _, user := range r.Users {
			if names[user.Username] {
				w.t.Errorf("%s is listed twice", user.Username)
			}
			names[user.Username] = true
		}
		if cursor = r.Cursor; cursor == "" {
			return names
		}
	}
}

// Clients of the original send a session token. Other operations refuse it.
func TestDecisionsIgnoreTheUST(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account("ada", "ada@example.com")
	request := `{"user_id":"` + id + `","super_user":true,"ust":"gAAAAABd"}`
	w.mustRun("approve", request)
	if r := w.run("reject", request); r.codes() != string(NotAllowed) {
		t.Errorf("reject: %s", r.text)
	}
	for _, operation := range []string{"lock", "unlock"} {
		if r := w.run(operation, request); r.codes() != string(InvalidInput) || r.Field != "ust" {
			t.Errorf("%s: %s", operation, r.text)
		}
	}
}
