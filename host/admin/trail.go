package admin

import "github.com/enrol-sso/enrol/host"

// trailPage is how many entries the page of an account shows.
const trailPage = 50

// trailOf returns a page of the entries of the audit trail about an account, the
// oldest first, with the cursor of the next page, or why there are none to show.
func (v *visit) trailOf(id, cursor string) (entries []host.AuditEntry, next, unread string) {
	var list host.TrailResponse
	response := v.operate("audit", host.TrailRequest{UserID: id, Cursor: cursor, Limit: trailPage}, &list)
	for _, p := range problemsOf(response) {
		return nil, "", p.Text
	}
	return list.Entries, list.Cursor, ""
}
