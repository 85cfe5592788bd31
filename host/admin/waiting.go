package admin

import "github.com/enrol-sso/enrol/signup"

// Lists of accounts that wait.
const (
	toApprove = "to-approve"
	toConfirm = "to-confirm"
)

// showWaiting shows a page of the accounts that wait.
func (v *visit) showWaiting() {
	query := v.r.URL.Query()
	status := query.Get("status")
	if status != toConfirm {
		status = toApprove
	}
	var list signup.PendingResponse
	content := view{Status: status, Done: done(query.Get("done"), 0), Back: withQuery("/waiting", "status", status, "cursor", query.Get("cursor"))}
	response := v.operate("pending", signup.PendingRequest{Status: status, Cursor: query.Get("cursor")}, &list)
	content.Problems = problemsOf(response)
	content.Users, content.Next = list.Users, list.Cursor
	v.show(statusOf(content.Problems), "waiting", content)
}
