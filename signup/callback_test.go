package signup

import (
	"encoding/json"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// told returns what the callback services were sent about new accounts.
func (w *world) told() (accounts []map[string]any) {
	w.t.Helper()
	w.mustRun("dispatch", DispatchRequest{Limit: 100})
	for _, call := range w.calls {
		var body struct {
			Type string
			Data map[string]any
		}
		if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
			w.t.Fatal(err)
		}
		if body.Type == typeSignup {
			accounts = append(accounts, body.Data)
		}
	}
	return accounts
}

// An account that needs no approval is approved from the start, in its callback
// and in its record, as in the original.
func TestAccountThatNeedsNoApprovalIsApprovedAtSignup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False")
	token := w.claim("ada", "ada@example.com")
	told := w.told()
	if len(told) != 1 || told[0]["approval_status"] != "approved" || told[0]["is_approval_needed"] != false ||
		told[0]["approval_status_mod_time"] != "2026-09-21T14:13:20Z" || told[0]["approval_status_mod_by"] != nil {
		t.Errorf("told is %v", told)
	}
	for range 2 {
		w.pass(minute)
		user := w.mustRun("get", GetRequest{Username: "ada"}).User
		if user.ApprovalStatus != "approved" || user.ApprovalStatusModTime.UnixMilli() != startTime || user.ApprovalStatusModBy != "" {
			t.Errorf("shown is %+v", user)
		}
		w.confirm(token)
	}
	if r := w.mustRun("pending", PendingRequest{Status: toApprove, caller: caller{superUser: true}}); len(r.Users) != 0 {
		t.Errorf("waiting are %+v", r.Users)
	}
	w.checkInvariants()
}

// A claim that an earlier version made is approved when it is confirmed.
func TestClaimOfAnEarlierVersionIsApprovedWhenItIsConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False")
	token := w.claim("ada", "ada@example.com")
	key := w.list(record.UserPrefix)[0].Key
	user := *read[record.User](w, key)
	user.ApprovalStatus, user.ApprovalModTime = record.ApprovalBefore, 0
	w.write(record.Put(key, &user))
	w.pass(minute)
	w.confirm(token)
	if user := read[record.User](w, key); user.ApprovalStatus != record.ApprovalApproved || user.ApprovalModTime != w.Clock.Now() {
		t.Errorf("the account is %+v", user)
	}
}

// A member that is not set is null, never "".
func TestUnsetMembersOfCallbacksAreNull(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_email_required=False", "password.expiry=0")
	request := ask("ada", "")
	request.FirstName = "Ada <&>"
	w.mustRun("signup", request)
	told := w.told()
	if len(told) != 1 || told[0]["first_name"] != "Ada <&>" {
		t.Fatalf("told is %v", told)
	}
	for _, name := range []string{"email", "middle_name", "last_name", "approval_status_mod_time", "approval_status_mod_by", "password_expiry"} {
		if value, there := told[0][name]; !there || value != nil {
			t.Errorf("%s is %v", name, value)
		}
	}
	for name, value := range told[0] {
		if value == "" {
			t.Errorf("%s is empty", name)
		}
	}
}
