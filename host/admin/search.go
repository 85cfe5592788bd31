package admin

import (
	"net/http"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// search is what somebody looks for, as it was entered.
type search struct {
	Username, Email, State, Approval, Locked, Since, Until string
}

// request returns the request of the operation, or the fields that hold no date.
func (s *search) request(cursor string) (request signup.SearchRequest, wrong []problem) {
	request = signup.SearchRequest{Username: s.Username, Email: s.Email, State: s.State, ApprovalStatus: s.Approval, Cursor: cursor}
	if s.Locked != "" {
		locked := s.Locked == "yes"
		request.IsLocked = &locked
	}
	for _, bound := range []struct {
		name, text string
		at         *time.Time
	}{{"since", s.Since, &request.Since}, {"until", s.Until, &request.Until}} {
		if bound.text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, bound.text)
		if err != nil {
			wrong = append(wrong, problem{Field: bound.name, Text: "Enter a date as year-month-day, such as 2026-11-28.", status: http.StatusUnprocessableEntity})
		}
		*bound.at = day
	}
	return request, wrong
}

// showSearch shows the form.
func (v *visit) showSearch() { v.show(http.StatusOK, "search", view{}) }

// search looks for accounts. A form posts what it looks for, since an address in a
// URL would be in the logs of proxies and in the history of the browser.
func (v *visit) search() {
	asked := search{
		v.field("username"), v.field("email"), v.field("state"), v.field("approval_status"), v.field("is_locked"), v.field("since"), v.field("until"),
	}
	content := view{Search: asked}
	request, wrong := asked.request(v.field("cursor"))
	if content.Problems = wrong; len(wrong) == 0 {
		var list signup.SearchResponse
		content.Problems = problemsOf(v.operate("search", request, &list))
		content.Found, content.Next, content.Searched = list.Users, list.Cursor, len(content.Problems) == 0
	}
	v.show(statusOf(content.Problems), "search", content)
}
