package signup

import (
	"errors"
	"slices"
	"testing"

	"github.com/enrol-sso/enrol/signup/signuptest"
)

// nobodyID is an id that no account has.
const nobodyID = "00000000000000000000000000"

// superUserCalls returns requests of each operation for super-users, with or
// without the right, and the operation in the audit trail.
func superUserCalls(id, dead string, super bool) []struct {
	operation, op string
	request       any
} {
	const user = "key:ops"
	from := []string{"192.0.2.9"}
	return []struct {
		operation, op string
		request       any
	}{
		{"pending", auditPending, PendingRequest{Status: toConfirm, caller: caller{superUser: super, currentUser: user}, RemoteAddr: from}},
		{"pending", auditPending, PendingRequest{Status: toApprove, caller: caller{superUser: super, currentUser: user}, RemoteAddr: from}},
		{"approve", auditApprove, ApprovalRequest{UserID: id, caller: caller{superUser: super, currentUser: user}, RemoteAddr: from}},
		{"lock", auditLock, LockRequest{UserID: id, caller: caller{superUser: super, currentUser: user}, RemoteAddr: from}},
		{"unlock", auditUnlock, LockRequest{UserID: id, caller: caller{superUser: super, currentUser: user}, RemoteAddr: from}},
		{"reject", auditReject, ApprovalRequest{UserID: nobodyID, caller: caller{superUser: super, currentUser: user}, RemoteAddr: from}},
		{"dead", auditDead, DeadRequest{caller: caller{superUser: super, currentUser: user}, RemoteAddr: from}},
		{"retry", auditRetry, RetryRequest{ID: dead, caller: caller{superUser: super, currentUser: user}, RemoteAddr: from}},
	}
}

// Every call of a super-user, and every such call by somebody else, is audited:
// the operation, its result, the caller and the client address.
func TestSuperUserCallsAreAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account("ada", "ada@example.com")
	w.giveUp()
	dead := w.mustRun("dead", DeadRequest{caller: caller{superUser: true}}).Events[0].ID
	for _, super := range []bool{false, true} {
		for _, call := range superUserCalls(id, dead, super) {
			w.audit = nil
			r := w.run(call.operation, call.request)
			if len(w.audit) == 0 {
				t.Errorf("%s as a super-user %v leaves no trace", call.operation, super)
				continue
			}
			last := w.audit[len(w.audit)-1]
			for _, event := range w.audit {
				if event.Op != call.op || event.CurrentUser != "key:ops" || event.Extra.RemoteAddr != "192.0.2.9" || event.CID != r.CID {
					t.Errorf("%s as a super-user %v is audited as %+v", call.operation, super, event)
				}
			}
			switch codes := joinCodes(last.Extra.SubStatus); {
			case super && (last.Result == resultOK) != r.OK(), super && codes == string(SuperUserRequired):
				t.Errorf("%s answers %s and is audited as %+v", call.operation, r.text, last)
			case !super && (last.Result != resultError || codes != string(SuperUserRequired) || r.codes() != codes):
				t.Errorf("%s of an unknown account answers %s and is audited as %+v", call.operation, r.text, last)
			}
		}
	}
}

func TestRefusedRekeyIsAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.audit = nil
	w.run("rekey", RekeyRequest{caller: caller{currentUser: "key:app"}, RemoteAddr: []string{"192.0.2.9"}})
	if len(w.audit) != 1 || w.audit[0].Op != auditRekey || w.audit[0].CurrentUser != "key:app" || joinCodes(w.audit[0].Extra.SubStatus) != string(SuperUserRequired) {
		t.Errorf("audited %+v", w.audit)
	}
	w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}}) // which a host does all the time
	if len(w.audit) != 1 {
		t.Errorf("audited %+v", w.audit[1:])
	}
}

// A list that cannot be audited is not shown, and one that cannot be read is
// audited.
func TestListsNeedTheAuditTrail(t *testing.T) {
	t.Parallel()
	for _, request := range []any{PendingRequest{Status: toConfirm, caller: caller{superUser: true}}, DeadRequest{caller: caller{superUser: true}}} {
		operation := "pending"
		if _, ok := request.(DeadRequest); ok {
			operation = "dead"
		}
		w := newWorld(t)
		w.claim("ada", "ada@example.com")
		for _, kind := range []signuptest.Kind{signuptest.Audit, signuptest.Scan} {
			w.audit = nil
			w.before = func(_ int, e effect) error {
				if e.Kind == kind {
					return errors.New("broken")
				}
				return nil
			}
			if r := w.run(operation, request); r.codes() != string(Busy) || len(r.Users) > 0 {
				t.Errorf("%s without its %s answers %s", operation, kind, r.text)
			}
			if kind == "scan" && (len(w.audit) != 1 || w.audit[0].Result != resultError) {
				t.Errorf("%s without its scan is audited as %+v", operation, w.audit)
			}
		}
	}
}

// The caller is in every entry of a call.
func TestCallersAreAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False", "enrol.rate_verify=1")
	signup := ask("ada", "ada@example.com")
	signup.CurrentUser = "key:crm"
	token := w.mustRun("signup", signup).ConfirmToken
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(token), CurrentUser: "key:crm"})
	w.mustRun("resend", ResendRequest{Username: "ada", Email: "ada@example.com", CurrentUser: "key:crm"})
	for range 2 {
		w.run("verify", VerifyRequest{Username: "ada", Password: goodPassword, CurrentUser: "key:crm", RemoteAddr: []string{"192.0.2.9"}})
	}
	var ops []string
	for _, event := range w.audit {
		if event.CurrentUser != "key:crm" {
			t.Errorf("audited %+v", event)
		}
		ops = append(ops, event.Op)
	}
	slices.Sort(ops)
	for _, op := range []string{auditSignup, auditCreate, auditConfirm, auditResend, auditVerify} {
		if !slices.Contains(ops, op) {
			t.Errorf("%s is not in the trail: %q", op, ops)
		}
	}
}

// A repetition may come from another caller, so that an API key can be
// exchanged meanwhile.
func TestRepetitionsMayComeFromAnotherCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := asked("ada", "ada@example.com", "k1")
	first.CurrentUser = "key:old"
	before := w.mustRun("signup", first)
	first.CurrentUser = "key:new"
	w.sameFrom("signup", first, before)
	confirm := ConfirmRequest{ConfirmToken: Secret(before.ConfirmToken), IdempotencyKey: "k2", CurrentUser: "key:old"}
	before = w.mustRun("confirm", confirm)
	confirm.CurrentUser = "key:new"
	w.sameFrom("confirm", confirm, before)
}

func TestCurrentUserIsAnIDOrALabel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	long := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for user, ok := range map[string]bool{
		"": true, nobodyID: true, "key:a": true, "key:Billing-2.eu_1": true, "uid:1000": true, "abcdefghijklmnop:" + long: true,
		"abcdefghijklmnopq:a": false, "key:" + long + "0": false,
		"ada": false, "ada@example.com": false, "key:ada@example.com": false, "key:": false, ":a": false, "key": false, "Key:a": false,
		"key1:a": false, "key:a b": false, "key:a:b": false, "key:\u00e4": false, "key:a/b": false, nobodyID + "0": false,
	} {
		for _, call := range []struct {
			operation string
			request   any
		}{
			{"signup", SignupRequest{CurrentUser: user, Username: "x", Password: goodPassword, AppList: []string{"CRM"}}},
			{"confirm", ConfirmRequest{ConfirmToken: "x", CurrentUser: user}},
			{"resend", ResendRequest{Username: "x", Email: "x", CurrentUser: user}},
			{"verify", VerifyRequest{Username: "x", Password: "x", CurrentUser: user}},
			{"approve", ApprovalRequest{UserID: "x", caller: caller{currentUser: user}}},
			{"lock", LockRequest{UserID: "x", caller: caller{currentUser: user}}},
			{"pending", PendingRequest{Status: toApprove, caller: caller{currentUser: user}}},
			{"dead", DeadRequest{caller: caller{currentUser: user}}},
			{"retry", RetryRequest{ID: "x", caller: caller{currentUser: user}}},
			{"rekey", RekeyRequest{caller: caller{currentUser: user}}},
		} {
			if r := w.run(call.operation, call.request); (r.codes() == string(InvalidInput) && r.Field == "current_user") == ok {
				t.Errorf("%s by %q answers %s", call.operation, user, r.text)
			}
		}
	}
}
