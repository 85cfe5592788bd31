package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// ApprovalRequest is the request of approve and reject.
type ApprovalRequest struct {
	CID        string
	UserID     string
	Reason     string // of a rejection, included in the message; up to 1,024 characters
	CurrentApp string
	RemoteAddr []string

	caller // see AsSuperUser
}

const maxReason = 1024

// JSON returns the request in JSON for approve or reject. approve refuses a
// reason.
func (r ApprovalRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *ApprovalRequest) members(m *strictjson.Members) { r.visit(m, true) }

// visit visits the members of a request, and the reason if it may have one.
func (r *ApprovalRequest) visit(m *strictjson.Members, reason bool) {
	visitCID(m.Optional(), &r.CID)
	text(m, "user_id", &r.UserID, maxUserID)
	if reason {
		text(m.Optional(), "reason", &r.Reason, maxReason)
	}
	visitCaller(m, &r.caller)
	text(m.Optional(), "current_app", &r.CurrentApp, ssoconf.MaxAppName)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	if r.UserID == "" {
		m.Miss("user_id")
	}
}

// arriving visits the members of a request from outside.
func (r *ApprovalRequest) arriving(m *strictjson.Members, operation string) {
	r.visit(m, operation == "reject")
	// Clients of the original send the session token of the super-user. Here the host
	// decides who is a super-user.
	ust := ""
	text(m, "ust", &ust, maxText)
}

// readApproval reads a request of approve or reject.
func readApproval(operation string, data []byte) (r ApprovalRequest, err *Error) {
	err = readRequest(data, func(m *strictjson.Members) { r.arriving(m, operation) })
	return r, err
}

const auditApprove = "user.approve_user"

// approve approves a confirmed account.
func (r *run) approve(data []byte) (document, *Error) {
	request, err := readApproval("approve", data)
	return r.decide(auditApprove, request, err, change{
		find:  func() (*claimed, Code, *Error) { return r.findUndecided(request.UserID, true) },
		batch: r.approveBatch,
	})
}

// findUndecided finds a confirmed account that waits for approval.
func (r *run) findUndecided(id string, approving bool) (*claimed, Code, *Error) {
	c, err := r.findAccount(id)
	switch {
	case err != nil:
		return nil, "", err
	case c.user == nil:
		return c, UserIDInvalid, nil
	case c.user.State != record.StateFinal:
		return c, NotAllowed, nil
	case c.user.ApprovalStatus == record.ApprovalApproved && approving:
		return c, alreadySo, nil
	case c.user.ApprovalStatus == record.ApprovalApproved:
		return c, NotAllowed, nil
	}
	return c, "", nil
}

// approveBatch approves an account and writes the message about it, which has the
// settings of the welcome message.
func (r *run) approveBatch(c *claimed) kv.Batch {
	user, name := *c.user, *c.name
	user.ApprovalStatus = record.ApprovalApproved
	user.ApprovalModTime, user.ApprovalModBy = r.now, r.currentUser
	waiting, others := separateApproval(name.Keys)
	name.Keys = others
	batch := kv.Batch{Checks: c.checks, Deletes: waiting}
	if event, ok := r.accountEvent(c, record.MessageApproved, ""); ok {
		batch.Puts = append(batch.Puts, r.eventPuts(event, user.ID)...)
		user.LastMessage = event.id
	}
	batch.Puts = append(batch.Puts, record.Put(record.UserPrefix+user.ID, &user), record.Put(record.NamePrefix+user.Name, &name))
	return batch
}

// separateApproval separates the key of an account under approval/ from its
// other keys.
func separateApproval(keys []string) (waiting, others []string) {
	for _, key := range keys {
		if strings.HasPrefix(key, record.ApprovalPrefix) {
			waiting = append(waiting, key)
		} else {
			others = append(others, key)
		}
	}
	return waiting, others
}
