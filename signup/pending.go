package signup

import (
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// What pending lists.
const (
	toConfirm = "to-confirm" // claims that wait for their token
	toApprove = "to-approve" // accounts that wait for approval
)

// Bounds of one run of pending: what it may look at until it answers, however
// few of that it shows.
const (
	pageScan = 100
	maxPages = 10 // scans beside one for each bucket
)

// pending lists claims or accounts that wait, the oldest of each bucket first.
func (r *run) pending(data []byte) (any, *Error) {
	request, err := readPending(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	if !request.SuperUser {
		return refused(r.cid, SuperUserRequired), nil
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	list := pendingPrefix
	if request.Status == toApprove {
		list = approvalPrefix
	}
	l := &lister{run: r, list: list, left: request.Limit, after: request.Cursor}
	if err := l.walk(); err != nil {
		return nil, err
	}
	answer := PendingResponse{Response: accepted(r.cid), Users: []PendingUser{}, Cursor: l.cursor}
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
			SignUpTime:  formatTime(user.SignUpTime),
			RemoteAddr:  strings.Join(user.RemoteAddr, ";"),
		})
	}
	return answer, nil
}

// lister walks over a list that is ordered by time, bucket by bucket.
type lister struct {
	*run
	list   string
	left   int
	after  string // the last key of the page before
	users  []*userRecord
	cursor string // the last key that was looked at, "" at the end
}

func (l *lister) walk() *Error {
	scans := 0
	for bucket := 0; bucket < l.meta.buckets; {
		prefix := fmt.Sprintf("%s%02d/", l.list, bucket)
		if l.after > prefix && !strings.HasPrefix(l.after, prefix) { // the page before was past it
			bucket++
			continue
		}
		if l.left == 0 || scans == maxPages {
			l.cursor = l.after
			return nil
		}
		limit := min(l.left, pageScan)
		entries, fault := l.host.Scan(prefix, l.after, limit)
		if fault != nil {
			return outside("scan", fault)
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

// take reads the accounts of entries, and keeps those that still wait.
func (l *lister) take(entries []kv.Entry) *Error {
	for len(entries) > 0 {
		chunk := entries[:min(len(entries), kv.MaxGetKeys)]
		entries = entries[len(chunk):]
		keys := make([]string, len(chunk))
		for i, entry := range chunk {
			keys[i] = userPrefix + entry.Key[strings.LastIndexByte(entry.Key, '/')+1:]
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
			user, err := decode[userRecord](keys[i], value)
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

func (l *lister) waits(user *userRecord) bool {
	if l.list == approvalPrefix {
		return user.State == stateFinal && user.ApprovalStatus == approvalBefore
	}
	return user.State == statePending && user.Expires > l.now
}
