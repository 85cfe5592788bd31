package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// caller is the caller of a request that only super-users may make.
type caller struct {
	superUser   bool
	currentUser string
}

func (c *caller) setCaller(to caller) { *c = to }

// AsSuperUser returns a request with the rights of a super-user, such as an
// ApprovalRequest. Without them it is refused (E005005). Call it only for users
// that the program knows to be super-users. currentUser is the caller for the
// audit trail, as CurrentUser of SignupRequest; it may be empty.
func AsSuperUser[R any, P interface {
	*R
	setCaller(caller)
}](request R, currentUser string) R {
	P(&request).setCaller(caller{superUser: true, currentUser: currentUser})
	return request
}

// visitCaller visits the caller, and whether the caller is a super-user.
func visitCaller(m *strictjson.Members, c *caller) {
	m.Optional().Bool("super_user", &c.superUser)
	visitCurrentUser(m.Optional(), &c.currentUser)
}

// forSuperUsers records the caller for the audit trail, and refuses a caller
// who is not a super-user. The answer is nil if the operation may continue.
func (r *run) forSuperUsers(op string, c caller, remoteAddr []string) (document, *Error) {
	r.currentUser = c.currentUser
	r.remoteAddr = strings.Join(remoteAddr, ";")
	if c.superUser {
		return nil, nil
	}
	return refused(r.cid, SuperUserRequired), r.audit(op, resultError, "", SuperUserRequired)
}
