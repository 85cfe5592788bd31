package admin

import (
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// trailPage is how many entries the page of an account shows.
const trailPage = 50

// trailReads is how often the trail is read for a page: a read ends after 16 MiB.
const trailReads = 8

// trailOf returns a page of the entries of the audit trail about an account, the
// oldest first, with the cursor of the next page, or why there are none to show.
// Files that ended before the account was made are not read.
func (v *visit) trailOf(user *signup.User, cursor string) (entries []host.AuditEntry, next, unread string) {
	request := host.TrailRequest{UserID: user.UserID, Since: user.SignUpTime.Add(-time.Hour), Cursor: cursor, Limit: trailPage} // hosts' clocks differ
	for range trailReads {
		var list host.TrailResponse
		for _, p := range problemsOf(v.operate("audit", request, &list)) {
			return nil, "", p.Text
		}
		entries, next = list.Entries, list.Cursor
		if len(entries) > 0 || next == "" {
			break
		}
		request.Cursor = next
	}
	return entries, next, ""
}
