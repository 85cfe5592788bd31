package signup

import "github.com/enrol-sso/enrol/signup/internal/record"

// alreadySo is what find returns if the change was already made. It is not a
// status code, and no answer contains it.
const alreadySo Code = "done"

// decide makes a super-user's decision about an account. Repeating a decision
// is not an error, unless it deleted the account.
func (r *run) decide(op string, request ApprovalRequest, err *Error, c change) (document, *Error) {
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	r.currentUser = request.currentUser
	target := request.UserID
	if !record.IsID(target) {
		target = ""
	}
	if err := r.audit(op, "", target); err != nil {
		return nil, err
	}
	if !request.superUser {
		return refused(r.cid, SuperUserRequired), r.audit(op, resultError, "", SuperUserRequired)
	}
	c.op = op
	if c.done == "" {
		c.done, c.again = alreadySo, true
	}
	c.answer = func(*claimed) document { return accepted(r.cid) }
	return r.change(c)
}
