package signup

import (
	"strings"
	"testing"
)

// A host with too many passwords to hash refuses at once. The answer says when
// to try again, the audit trail has it, nothing is written, and the next try
// succeeds as if it were the first.
func TestBusyHostRefusesToHash(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.confirm_requires_password=True", "signup.is_approval_needed=False")
	old := w.claim("old", "old@example.com")
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(old), Password: goodPassword})
	token := w.claim("claimed", "claimed@example.com")
	signup := asked("ada", "ada@example.com", "key-1")
	for _, call := range []struct {
		operation string
		request   any
		trail     string
	}{
		{"signup", signup, "user.signup ,user.signup error E901002"},
		{"confirm", ConfirmRequest{ConfirmToken: Secret(token), Password: goodPassword}, "user.confirm_signup ,user.confirm_signup error E901002"},
		{"verify", VerifyRequest{Username: "old", Password: goodPassword}, "user.verify error E901002"},
		{"verify", VerifyRequest{Username: "nobody", Password: goodPassword}, "user.verify error E901002"},
		{"verify", VerifyRequest{Username: "claimed", Password: "wrong"}, "user.verify error E901002"},
	} {
		before := w.content()
		w.audit = nil
		w.Derive = func(KDFParams, []byte, []byte) ([]byte, error) { return nil, &BusyError{RetryAfter: 7} }
		r := w.run(call.operation, call.request)
		w.Derive = nil
		if r.codes() != string(Busy) || r.RetryAfter != 7 || strings.Contains(r.text, "fault") || strings.Contains(r.text, "message") {
			t.Errorf("%s answers %s", call.operation, r.text)
		}
		var trail []string
		for _, event := range w.audit {
			trail = append(trail, strings.TrimSpace(event.Op+" "+event.Result+" "+joinCodes(event.Extra.SubStatus)))
			if event.TargetUser != "" {
				t.Errorf("%s is audited as %+v", call.operation, event)
			}
		}
		if got := strings.Join(trail, ","); got != strings.ReplaceAll(call.trail, " ,", ",") {
			t.Errorf("%s is audited as %s", call.operation, got)
		}
		for key, data := range w.content() {
			if before[key] != data {
				t.Errorf("%s wrote %s", call.operation, key)
			}
		}
	}
	w.mustRun("signup", signup)
	w.checkInvariants()
}

func TestBusyHostSaysWhenToTryAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Derive = func(KDFParams, []byte, []byte) ([]byte, error) { return nil, &BusyError{} }
	if r := w.run("signup", ask("ada", "ada@example.com")); r.RetryAfter != 1 {
		t.Errorf("the answer is %s", r.text)
	}
}
