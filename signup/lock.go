package signup

import "github.com/enrol-sso/enrol/kv"

// Operations of the audit trail about locks.
const (
	auditLock   = "user.lock"
	auditUnlock = "user.unlock"
)

// lock keeps the owner of an account from logging in. A claim that waits for
// its token can be locked too: confirming it makes an account that is locked.
// An account that is locked already keeps the time of its lock.
func (r *run) lock(data []byte) (any, *Error) {
	request, err := readLock("lock", data)
	return r.decide(auditLock, request.decision(), err, change{
		find: func() (*claimed, Code, *Error) {
			return r.findLocked(request.UserID, func(user *userRecord) bool { return user.Locked != 0 })
		},
		batch: func(c *claimed) kv.Batch {
			return lockBatch(c, func(user *userRecord) { user.Locked = r.now })
		},
	})
}

// unlock takes the lock away. It may also say whether the password has to be
// changed, or no longer has to; else that stays as it is.
func (r *run) unlock(data []byte) (any, *Error) {
	request, err := readLock("unlock", data)
	must := request.PasswordMustChange
	return r.decide(auditUnlock, request.decision(), err, change{
		find: func() (*claimed, Code, *Error) {
			return r.findLocked(request.UserID, func(user *userRecord) bool {
				return user.Locked == 0 && (must == nil || *must == user.PasswordMustChange)
			})
		},
		batch: func(c *claimed) kv.Batch {
			return lockBatch(c, func(user *userRecord) {
				user.Locked = 0
				if must != nil {
					user.PasswordMustChange = *must
				}
			})
		},
	})
}

// findLocked finds an account, or a claim that can still be confirmed, and says
// whether it is as it is to be.
func (r *run) findLocked(id string, isSo func(*userRecord) bool) (*claimed, Code, *Error) {
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

// lockBatch changes an account, and rewrites its name as it is, so that no
// other change of its life comes in between.
func lockBatch(c *claimed, change func(*userRecord)) kv.Batch {
	user := *c.user
	change(&user)
	return kv.Batch{
		Checks: c.checks,
		Puts:   []kv.Put{put(userPrefix+user.ID, user), put(namePrefix+user.Name, *c.name)},
	}
}
