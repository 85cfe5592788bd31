package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/fault"
)

// Results in the audit trail.
const (
	resultOK    = "ok"
	resultError = "error"
)

// from records where the call came from, for the audit trail.
func (r *run) from(currentApp string, remoteAddr []string) {
	if currentApp == "" {
		currentApp = r.config.Apps.Default
	}
	r.currentApp = currentApp
	r.remoteAddr = strings.Join(remoteAddr, ";")
}

func (r *run) audit(op, result, targetUser string, codes ...Code) *Error {
	failure := r.host.Audit(AuditEvent{
		CID:        r.cid,
		Op:         op,
		TargetUser: targetUser,

		CurrentUser: r.currentUser,
		Result:      result,
		Extra:       AuditExtra{CurrentApp: r.currentApp, RemoteAddr: r.remoteAddr, SubStatus: codes, Search: r.searched},
	})
	if failure != nil {
		return fault.Outside("audit", failure)
	}
	return nil
}

// giveUp audits that an operation ends without a decision, or without the
// commit of its decision.
func (r *run) giveUp(op, targetUser string, why *Error) *Error {
	if err := r.audit(op, resultError, targetUser, why.Code); err != nil {
		return err
	}
	return why
}
