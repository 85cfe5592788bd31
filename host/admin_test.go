package host

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

func TestAdminDecidesAboutAccounts(t *testing.T) {
	t.Parallel()
	i := start(t, true, func(o *Options) {
		o.Conf = strings.Replace(testConf, "[signup]", "[signup]\nis_approval_needed=True", 1)
	})
	answer, err := i.Signup(t.Context(), ada())
	if err != nil {
		t.Fatal(err)
	}
	id := i.confirm(t, answer.ConfirmToken)
	ops := i.Admin("key:ops")
	ctx := t.Context()
	list, err := ops.Pending(ctx, signup.PendingRequest{Status: "to-approve"})
	if err != nil || len(list.Users) != 1 || list.Users[0].UserID != id {
		t.Errorf("%+v, %v", list, err)
	}
	before := len(i.trail.all())
	for what, call := range map[string]func() (signup.Response, error){
		"approve": func() (signup.Response, error) { return ops.Approve(ctx, signup.ApprovalRequest{UserID: id}) },
		"lock":    func() (signup.Response, error) { return ops.Lock(ctx, signup.LockRequest{UserID: id}) },
		"unlock":  func() (signup.Response, error) { return ops.Unlock(ctx, signup.LockRequest{UserID: id}) },
		"rekey": func() (signup.Response, error) {
			answer, err := ops.Rekey(ctx, signup.RekeyRequest{})
			return answer.Response, err
		},
		"search": func() (signup.Response, error) {
			answer, err := ops.Search(ctx, signup.SearchRequest{Email: "ada@example.com", State: "final"})
			if len(answer.Users) != 1 || answer.Users[0].UserID != id {
				t.Errorf("search finds %+v", answer.Users)
			}
			return answer.Response, err
		},
		"dead": func() (signup.Response, error) {
			answer, err := ops.Dead(ctx, signup.DeadRequest{})
			return answer.Response, err
		},
	} {
		if answer, err := call(); err != nil || !answer.OK() {
			t.Errorf("%s: %+v, %v", what, answer, err)
		}
	}
	if answer, err := ops.Erase(ctx, signup.EraseRequest{UserID: "nobody"}); err != nil || !slices.Equal(answer.SubStatus, []signup.Code{signup.UserIDInvalid}) {
		t.Errorf("erase: %+v, %v", answer, err)
	}
	if answer, err := ops.Reject(ctx, signup.ApprovalRequest{UserID: "nobody"}); err != nil || !slices.Equal(answer.SubStatus, []signup.Code{signup.UserIDInvalid}) {
		t.Errorf("reject: %+v, %v", answer, err)
	}
	if answer, err := ops.Retry(ctx, signup.RetryRequest{ID: "nothing"}); err != nil || !slices.Equal(answer.SubStatus, []signup.Code{signup.NotAllowed}) {
		t.Errorf("retry: %+v, %v", answer, err)
	}
	for _, entry := range i.trail.all()[before:] {
		if entry.CurrentUser != "key:ops" {
			t.Errorf("%s was asked for by %q", entry.Op, entry.CurrentUser)
		}
	}
	if answer, err := i.Admin("the boss").Dead(ctx, signup.DeadRequest{}); err != nil || answer.Field != "current_user" {
		t.Errorf("a name that is none: %+v, %v", answer, err)
	}
}
