package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// Operations of the audit trail about approval.
const (
	auditApprove = "user.approve_user"
	auditReject  = "user.reject_user"
)

// alreadySo is what find says of an account to which a change was made before.
// It is no status code, and never told.
const alreadySo Code = "done"

// approve decides that a confirmed account may be used.
func (r *run) approve(data []byte) (any, *Error) {
	request, err := readApproval("approve", data)
	return r.decide(auditApprove, request, err, change{
		find:  func() (*claimed, Code, *Error) { return r.findUndecided(request.UserID, true) },
		batch: r.approveBatch,
	})
}

// reject decides that a confirmed account may not be used, and deletes it. Its
// name and its address are free again.
func (r *run) reject(data []byte) (any, *Error) {
	request, err := readApproval("reject", data)
	return r.decide(auditReject, request, err, change{
		find:  func() (*claimed, Code, *Error) { return r.findUndecided(request.UserID, false) },
		batch: func(c *claimed) kv.Batch { return r.rejectBatch(c, request.Reason) },
		done:  UserIDInvalid, // it is deleted
	})
}

// decide is what the decisions of super-users about an account have in common.
// To decide again as before is no error, unless the account is gone by that.
func (r *run) decide(op string, request ApprovalRequest, err *Error, c change) (any, *Error) {
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	r.currentUser = request.CurrentUser
	target := request.UserID
	if !isID(target) {
		target = ""
	}
	if err := r.audit(op, "", target); err != nil {
		return nil, err
	}
	if !request.SuperUser {
		return refused(r.cid, SuperUserRequired), r.audit(op, resultError, "", SuperUserRequired)
	}
	c.op = op
	if c.done == "" {
		c.done, c.again = alreadySo, true
	}
	c.answer = func(*claimed) any { return accepted(r.cid) }
	return r.change(c)
}

// findUndecided finds a confirmed account that waits for approval.
func (r *run) findUndecided(id string, approving bool) (*claimed, Code, *Error) {
	c, err := r.findAccount(id)
	switch {
	case err != nil:
		return nil, "", err
	case c.user == nil:
		return c, UserIDInvalid, nil
	case c.user.State != stateFinal:
		return c, NotAllowed, nil
	case c.user.ApprovalStatus == approvalApproved && approving:
		return c, alreadySo, nil
	case c.user.ApprovalStatus == approvalApproved:
		return c, NotAllowed, nil
	}
	return c, "", nil
}

// approveBatch makes an account approved, and writes the message of welcome.
func (r *run) approveBatch(c *claimed) kv.Batch {
	user, name := *c.user, *c.name
	user.ApprovalStatus = approvalApproved
	waiting, others := separateApproval(name.Keys)
	name.Keys = others
	batch := kv.Batch{Checks: c.checks, Deletes: waiting}
	if event, ok := r.welcomeEvent(c); ok {
		batch.Puts = append(batch.Puts, r.eventPuts(event, user.ID)...)
		user.LastMessage = event.id
	}
	batch.Puts = append(batch.Puts, put(userPrefix+user.ID, user), put(namePrefix+user.Name, name))
	return batch
}

// separateApproval separates an account's entry under approval/ from its other
// records.
func separateApproval(keys []string) (waiting, others []string) {
	for _, key := range keys {
		if strings.HasPrefix(key, approvalPrefix) {
			waiting = append(waiting, key)
		} else {
			others = append(others, key)
		}
	}
	return waiting, others
}

// rejectBatch deletes an account, and writes the message that says so.
func (r *run) rejectBatch(c *claimed, reason string) kv.Batch {
	batch := kv.Batch{Checks: c.checks, Deletes: append(slices.Clone(c.name.Keys), namePrefix+c.user.Name)}
	if c.email != "" && r.config.Signup.Welcome.Enabled && r.config.messageService() != "" {
		text := messageText{Kind: messageRejected, To: c.email, Username: c.user.Username, Reason: reason}
		event := outgoing{id: r.nextID("event"), destination: messageDestination, after: c.user.LastMessage, text: string(encode(text))}
		batch.Puts = r.eventPuts(event, c.user.ID)
	}
	return batch
}
