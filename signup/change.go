package signup

import (
	"errors"

	"github.com/enrol-sso/enrol/kv"
)

// change is one guarded change of an account's life: confirming, approving,
// rejecting, sending a token again.
type change struct {
	op     string                          // of the audit trail
	find   func() (*claimed, Code, *Error) // reads what the change rests on, and says why it cannot be
	batch  func(*claimed) kv.Batch         // makes it
	answer func(*claimed) any
	done   Code // what find says of an account to which the change was made
	again  bool // whether to make it again is no error
}

// change finds, decides, audits and commits. Where another changed what that
// rests on, it does so again. The attempt has been audited before.
func (r *run) change(c change) (any, *Error) {
	answer, err := r.commitChange(c)
	if err != nil {
		return nil, r.giveUp(c.op, r.target, err)
	}
	return answer, nil
}

func (r *run) commitChange(c change) (any, *Error) {
	unknown := false // whether an answer was lost
	for attempt := 0; ; attempt++ {
		if answer, err := r.admit(); err != nil || answer != nil {
			return answer, err
		}
		found, code, err := c.find()
		switch {
		case err != nil:
			return nil, err
		case code != "" && code == c.done && unknown:
			return r.remember(c.answer(found), found.id(), nil)
		case code != "" && code == c.done && c.again:
			return c.answer(found), r.audit(c.op, resultOK, found.id())
		case code != "":
			return r.refuse(c.op, found.id(), []Code{code}, r.config.tell([]Code{code}))
		case attempt == maxAttempts:
			return nil, tooMuchContention()
		}
		batch, answer := c.batch(found), c.answer(found)
		if attempt == 0 || r.target != found.id() {
			if err := r.auditChange(c.op, found); err != nil {
				return nil, err
			}
			r.target = found.id()
		}
		r.keep(&batch, answer, found.id(), nil)
		failed, fault := r.host.Commit(batch)
		switch {
		case fault == nil && len(failed) == 0:
			return answer, nil
		case errors.Is(fault, kv.ErrUnknown):
			unknown = true
		case fault != nil && !errors.Is(fault, kv.ErrConflict):
			return nil, outside("commit", fault)
		}
	}
}

func (r *run) auditChange(op string, found *claimed) *Error {
	if found.void != "" {
		return r.audit(op, resultError, found.id(), found.void)
	}
	return r.audit(op, resultOK, found.id())
}

// findAccount reads an account and its name by id; an account that is nil is
// not there, or was never more than a claim that nobody can confirm. The first
// read tells the name, the second has both as they are at one moment.
func (r *run) findAccount(id string) (*claimed, *Error) {
	c := &claimed{checks: append([]kv.Check{}, r.meta.checks...)}
	if !isID(id) {
		return c, nil
	}
	userKey := userPrefix + id
	values, err := r.get(userKey)
	if err != nil || values[0].Version == "" {
		return c, err
	}
	user, err := decode[userRecord](userKey, values[0])
	if err != nil || !user.live(r.now) {
		return c, err
	}
	nameKey := namePrefix + user.Name
	if values, err = r.see(c, userKey, nameKey); err != nil || values[0].Version == "" {
		return c, err
	}
	if user, err = decode[userRecord](userKey, values[0]); err != nil || !user.live(r.now) {
		return c, err
	}
	if values[1].Version == "" {
		return nil, internal("%s: its name is missing", userKey)
	}
	if c.name, err = decode[nameRecord](nameKey, values[1]); err != nil {
		return nil, err
	}
	c.user = user
	c.email, err = r.email(user)
	return c, err
}

// live says whether an account is one, or a claim that can still be confirmed.
func (u *userRecord) live(now int64) bool {
	return u.State == stateFinal || u.State == statePending && u.Expires > now
}
