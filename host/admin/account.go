package admin

import (
	"net/http"
	"slices"
	"strings"

	"maps"

	"github.com/enrol-sso/enrol/signup"
)

// showAccount shows one account.
func (v *visit) showAccount() {
	query := v.r.URL.Query()
	v.showAccountOf(query.Get("user_id"), view{Done: done(query.Get("done"), 0)})
}

// showAccountOf shows an account, with what went wrong just now.
func (v *visit) showAccountOf(id string, content view) {
	content.Back = withQuery("/account", "user_id", id)
	var found signup.GetResponse
	response := v.operate("get", signup.GetRequest{UserID: id}, &found)
	if response.OK() {
		content.User, content.Details = &found.User, detailsOf(&found.User)
		content.Events, content.More = v.deadOf(id)
		content.Trail, content.TrailNext, content.TrailUnread = v.trailOf(&found.User, v.r.URL.Query().Get("trail"))
	} else if len(content.Problems) == 0 {
		content.Problems = problemsOf(response)
	}
	status := statusOf(content.Problems)
	if !response.OK() && slices.Contains(response.SubStatus, signup.UserIDInvalid) {
		status = http.StatusNotFound
	}
	v.show(status, "account", content)
}

// deadPages is how many pages of dead letters are searched for those of an account.
const deadPages = 10

// deadOf returns the dead letters of an account. There may be more.
func (v *visit) deadOf(id string) (events []signup.DeadEvent, more bool) {
	cursor := ""
	for range deadPages {
		var list signup.DeadResponse
		if !v.operate("dead", signup.DeadRequest{Limit: 100, Cursor: cursor}, &list).OK() {
			return events, true
		}
		for _, event := range list.Events {
			if event.UserID == id {
				events = append(events, event)
			}
		}
		if cursor = list.Cursor; cursor == "" {
			return events, false
		}
	}
	return events, true
}

// What the states of an account mean.
var (
	stateTexts    = map[string]string{"before_confirmation": "waits for its token", "final": "confirmed"}
	approvalTexts = map[string]string{"before_decision": "waits for approval", "approved": "approved"}
)

// detailsOf are the lines about an account that have something to say.
func detailsOf(u *signup.User) []detail {
	locked := "no"
	if u.IsLocked {
		locked = "yes"
	}
	mustChange := ""
	if u.PasswordMustChange {
		mustChange = "before the owner may log in"
	}
	all := []detail{
		{Name: "State", Text: stateTexts[u.SignUpStatus]},
		{Name: "Approval", Text: approvalTexts[u.ApprovalStatus]},
		{Name: "Locked", Text: locked},
		{Name: "Locked since", Time: u.LockedTime},
		{Name: "Address", Text: u.Email},
		{Name: "Display name", Text: u.DisplayName},
		{Name: "First name", Text: u.FirstName},
		{Name: "Middle name", Text: u.MiddleName},
		{Name: "Last name", Text: u.LastName},
		{Name: "Applications", Text: strings.Join(u.AppList, ", ")},
		{Name: "Signed up through", Text: u.CurrentApp},
		{Name: "Signed up", Time: u.SignUpTime},
		{Name: "Confirmed", Time: u.SignUpConfirmTime},
		{Name: "Decided", Time: u.ApprovalStatusModTime},
		{Name: "Decided by", Text: u.ApprovalStatusModBy},
		{Name: "Password set", Time: u.PasswordLastSet},
		{Name: "Password expires", Time: u.PasswordExpiry},
		{Name: "Password must change", Text: mustChange},
		{Name: "User id", Text: u.UserID},
	}
	for _, name := range slices.Sorted(maps.Keys(u.Attrs)) {
		all = append(all, detail{Name: "attrs." + name, Text: u.Attrs[name]})
	}
	return slices.DeleteFunc(all, func(d detail) bool { return d.Text == "" && d.Time.IsZero() })
}
