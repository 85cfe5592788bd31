package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Requests that only super-users may make are refused (E005005) unless
// AsSuperUser made them. Call it only for users that the program knows to be
// super-users. The argument is the caller for the audit trail, as CurrentUser
// of SignupRequest; it may be empty.

// caller is the caller of such a request.
type caller struct {
	superUser   bool
	currentUser string
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
