package signup

import (
	"strings"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// PendingRequest is the request of pending, for a page of those who wait.
type PendingRequest struct {
	CID        string
	Status     string // "to-approve" or "to-confirm"
	Limit      int    // 1 to 100; 50 if 0
	Cursor     string // of the page before, "" for the first
	RemoteAddr []string

	caller // see AsSuperUser
}

// JSON returns the request in JSON for pending.
func (r PendingRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *PendingRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	text(m, "status", &r.Status, maxUserID)
	m.IsOneOf(toApprove, toConfirm)
	visitPage(m, &r.Limit, 50, &r.Cursor)
	visitCaller(m, &r.caller)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	list := record.PendingPrefix
	switch r.Status {
	case toConfirm:
	case toApprove:
		list = record.ApprovalPrefix
	case "":
		m.Miss("status")
	default:
		m.Fail("status", "must be %s or %s", toApprove, toConfirm)
	}
	if r.Cursor != "" && !strings.HasPrefix(r.Cursor, list) {
		m.Fail("cursor", "is not from an earlier answer for this status")
	}
}

const auditPending = "user.get_list"

// The lists of pending.
const (
	toConfirm = "to-confirm" // claims that wait for their token
	toApprove = "to-approve" // accounts that wait for approval
)

// Limits of one run of pending: how much it reads before it answers, even if it
// shows little of that.
const (
	pageScan = 100
	maxPages = 10 // scans in addition to one for each bucket
)

// pending lists claims or accounts that wait, the oldest of each bucket first.
// Each page is in the audit trail.
func (r *run) pending(data []byte) (document, *Error) {
	var request PendingRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if answer, err := r.forSuperUsers(auditPending, request.caller, request.RemoteAddr); err != nil || answer != nil {
		return answer, err
	}
	answer, err := r.listPending(request)
	if err != nil {
		return nil, r.giveUp(auditPending, "", err)
	}
	return answer, r.audit(auditPending, resultOK, "")
}

func (r *run) listPending(request PendingRequest) (document, *Error) {
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	list := record.PendingPrefix
	if request.Status == toApprove {
		list = record.ApprovalPrefix
	}
	l := &lister{run: r, list: list, left: request.Limit, after: request.Cursor}
	if err := l.walk(); err != nil {
		return nil, err
	}
	answer := &PendingResponse{Response: *accepted(r.cid), Users: []PendingUser{}, Cursor: l.cursor}
	for _, user := range l.users {
		email, err := r.email(user)
		if err != nil {
			return nil, err
		}
		answer.Users = append(answer.Users, PendingUser{
			UserID:      user.ID,
			Username:    user.Username,
			Email:       email,
			DisplayName: user.DisplayName,
			SignUpTime:  timeOf(user.SignUpTime),
			RemoteAddr:  strings.Join(user.RemoteAddr, ";"),
		})
	}
	return answer, nil
}

// lister reads a list that is ordered by time, bucket by bucket.
type lister struct {
	*run
	list   string
	left   int
	after  string // the last key of the page before
	users  []*record.User
	cursor string // the last key that was read, "" at the end
}

func (l *lister) walk() *Error {
	scans := 0
	for bucket := 0; bucket < l.meta.buckets; {
		prefix := record.BucketPrefix(l.list, bucket)
		if l.after > prefix && !strings.HasPrefix(l.after, prefix) { // the page before was past it
			bucket++
			continue
		}
		if l.left == 0 || scans == maxPages {
			l.cursor = l.after
			return nil
		}
		limit := min(l.left, pageScan)
		entries, failure := l.host.Scan(prefix, l.after, limit)
		if failure != nil {
			return fault.Outside("scan", failure)
		}
		if err := l.take(entries); err != nil {
			return err
		}
		if len(entries) < limit {
			bucket++
			l.after = prefix + "~" // past every key of the bucket
		} else {
			scans++
		}
	}
	return nil
}

// take reads the accounts of entries and keeps those that still wait.
func (l *lister) take(entries []kv.Entry) *Error {
	for len(entries) > 0 {
		chunk := entries[:min(len(entries), kv.MaxGetKeys)]
		entries = entries[len(chunk):]
		keys := make([]string, len(chunk))
		for i, entry := range chunk {
			_, id, _ := record.ParseTimedKey(entry.Key)
			keys[i] = record.UserPrefix + id
		}
		values, err := l.get(keys...)
		if err != nil {
			return err
		}
		for i, value := range values {
			l.after = chunk[i].Key
			if value.Version == "" {
				continue
			}
			user, err := record.Decode[record.User](keys[i], value)
			if err != nil {
				return err
			}
			if l.waits(user) {
				l.users = append(l.users, user)
				l.left--
			}
		}
	}
	return nil
}

func (l *lister) waits(user *record.User) bool {
	if l.list == record.ApprovalPrefix {
		return user.State == record.StateFinal && user.ApprovalStatus == record.ApprovalBefore
	}
	return user.State == record.StatePending && user.Expires > l.now
}

// PendingResponse is the response of pending.
type PendingResponse struct {
	Response
	Users  []PendingUser
	Cursor string // for the next page; "" if this is the last
}

func (p *PendingResponse) members(m *strictjson.Members) {
	p.Response.members(m)
	strictjson.List(m, "users", &p.Users, (*PendingUser).members)
	m.String("cursor", &p.Cursor)
}

// PendingUser is a claim or an account that waits.
type PendingUser struct {
	UserID      string
	Username    string
	Email       string
	DisplayName string
	SignUpTime  time.Time // in UTC, to the second
	RemoteAddr  string    // joined with ";"
}

func (p *PendingUser) members(m *strictjson.Members) {
	m.String("user_id", &p.UserID)
	m.String("username", &p.Username)
	m.String("email", &p.Email)
	m.String("display_name", &p.DisplayName)
	timeMember(m, "sign_up_time", &p.SignUpTime)
	m.String("remote_addr", &p.RemoteAddr)
}
