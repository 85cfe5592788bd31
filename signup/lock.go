package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// LockRequest is the request of lock and unlock.
type LockRequest struct {
	CID        string
	UserID     string
	CurrentApp string
	RemoteAddr []string

	caller // see AsSuperUser

	// PasswordMustChange is for unlock only. It sets whether the password must
	// be changed before the owner may log in; nil leaves that unchanged. Enrol
	// has no operation yet that changes a password: while this is set, verify
	// refuses the account.
	PasswordMustChange *bool
}

// JSON returns the request in JSON for lock or unlock. lock refuses
// password_must_change.
func (r LockRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *LockRequest) members(m *strictjson.Members) { r.visit(m, true) }

// visit visits the members of a request, and password_must_change if it may
// have that.
func (r *LockRequest) visit(m *strictjson.Members, mustChange bool) {
	visitCID(m.Optional(), &r.CID)
	text(m, "user_id", &r.UserID, maxUserID)
	visitCaller(m, &r.caller)
	text(m.Optional(), "current_app", &r.CurrentApp, ssoconf.MaxAppName)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	if r.UserID == "" {
		m.Miss("user_id")
	}
	if mustChange {
		m.MaybeBool("password_must_change", &r.PasswordMustChange)
	}
}

// readLock reads a request of lock or unlock.
func readLock(operation string, data []byte) (r LockRequest, err *Error) {
	err = readRequest(data, func(m *strictjson.Members) { r.visit(m, operation == "unlock") })
	return r, err
}

// decision returns the members that the request shares with an ApprovalRequest.
func (r LockRequest) decision() ApprovalRequest {
	return ApprovalRequest{
		CID: r.CID, UserID: r.UserID, caller: r.caller,
		CurrentApp: r.CurrentApp, RemoteAddr: r.RemoteAddr,
	}
}

// Operations of the audit trail about locks.
const (
	auditLock   = "user.lock"
	auditUnlock = "user.unlock"
)

// lock prevents the owner of an account from logging in. A claim can be locked
// too; confirming it makes a locked account. Locking a locked account does not
// change the time of its lock.
func (r *run) lock(data []byte) (document, *Error) {
	request, err := readLock("lock", data)
	return r.decide(auditLock, request.decision(), err, change{
		find: func() (*claimed, Code, *Error) {
			return r.findLocked(request.UserID, func(user *record.User) bool { return user.Locked != 0 })
		},
		batch: func(c *claimed) kv.Batch {
			return lockBatch(c, func(user *record.User) { user.Locked = r.now })
		},
	})
}

// unlock removes the lock, and clears the count of wrong passwords. It may also
// set whether the password must be changed; by default that stays unchanged.
func (r *run) unlock(data []byte) (document, *Error) {
	request, err := readLock("unlock", data)
	must := request.PasswordMustChange
	return r.decide(auditUnlock, request.decision(), err, change{
		find: func() (*claimed, Code, *Error) {
			c, code, err := r.findLocked(request.UserID, func(user *record.User) bool {
				return user.Locked == 0 && (must == nil || *must == user.PasswordMustChange)
			})
			if err != nil || c.user == nil {
				return c, code, err
			}
			if err := r.clearGuesses(c); err != nil {
				return nil, "", err
			}
			if len(c.also) > 0 && code == alreadySo {
				code = ""
			}
			return c, code, nil
		},
		batch: func(c *claimed) kv.Batch {
			return lockBatch(c, func(user *record.User) {
				user.Locked = 0
				if must != nil {
					user.PasswordMustChange = *must
				}
			})
		},
	})
}

// findLocked finds an account, or a claim that can still be confirmed, and
// returns alreadySo if it is already in the wanted state.
func (r *run) findLocked(id string, isSo func(*record.User) bool) (*claimed, Code, *Error) {
	c, err := r.findAccount(id)
	switch {
	case err != nil:
		return nil, "", err
	case c.user == nil:
		return c, UserIDInvalid, nil
	case isSo(c.user):
		return c, alreadySo, nil
	}
	return c, "", nil
}

// lockBatch changes an account, and rewrites its name unchanged, so that
// concurrent changes of the account conflict. The name of a void claim may no
// longer exist.
func lockBatch(c *claimed, change func(*record.User)) kv.Batch {
	user := *c.user
	change(&user)
	batch := kv.Batch{Checks: c.checks, Puts: []kv.Put{record.Put(record.UserPrefix+user.ID, &user)}}
	batch.Puts = append(batch.Puts, c.also...)
	if c.name != nil {
		batch.Puts = append(batch.Puts, record.Put(record.NamePrefix+user.Name, c.name))
	}
	return batch
}
