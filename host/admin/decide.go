package admin

import "github.com/enrol-sso/enrol/signup"

// approve approves an account.
func (v *visit) approve() {
	id := v.field("user_id")
	v.decide(id, "approved", v.operate("approve", signup.ApprovalRequest{UserID: id}, nil))
}

// reject rejects an account, which deletes it.
func (v *visit) reject() {
	id := v.field("user_id")
	v.decide(id, "rejected", v.operate("reject", signup.ApprovalRequest{UserID: id, Reason: v.field("reason")}, nil))
}

// lock locks an account.
func (v *visit) lock() {
	id := v.field("user_id")
	v.decide(id, "locked", v.operate("lock", signup.LockRequest{UserID: id}, nil))
}

// unlock unlocks an account.
func (v *visit) unlock() {
	id := v.field("user_id")
	v.decide(id, "unlocked", v.operate("unlock", signup.LockRequest{UserID: id}, nil))
}

// decide leads back after something was done about an account, or shows the account
// with what went wrong and with what was entered.
func (v *visit) decide(id, what string, response signup.Response) {
	if response.OK() {
		v.success(what)
		return
	}
	v.showAccountOf(id, view{Problems: problemsOf(response), Reason: v.field("reason")})
}
