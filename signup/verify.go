package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/precis"
)

const auditVerify = "user.verify"

// Keys under which there is never anything: what verify and resend read for names and
// accounts that cannot be, so that they read the same number of keys.
const (
	noName   = namePrefix + "@"
	noUserID = "00000000000000000000000000"
	noUser   = userPrefix + noUserID
)

// verify compares a password, and says who it is and whether they may log in.
// It creates nothing: the application opens its own session. Whoever is asked
// for, it is two reads and one hash.
func (r *run) verify(data []byte) (any, *Error) {
	request, err := readVerify(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	r.limited(auditVerify, r.config.Enrol.RateVerify, request.RemoteAddr)
	keys := r.loginKeys(request)
	values, err := r.loadMetaAnd(keys...)
	if err != nil {
		return nil, err
	}
	if answer, err := r.spend(); err != nil || answer != nil {
		return answer, err
	}
	user, err := r.findLogin(keys, values)
	if err != nil {
		return nil, err
	}
	same, err := r.isPassword(user, request.Password)
	if err != nil {
		return nil, err
	}
	if !same {
		return r.refuseVerify("", NotAllowed)
	}
	refusals, warnings := r.checkLogin(user)
	if len(refusals) > 0 {
		return r.refuseVerify(user.ID, refusals...)
	}
	if err := r.audit(auditVerify, resultOK, user.ID, warnings...); err != nil {
		return nil, err
	}
	shown, err := r.show(user)
	if err != nil {
		return nil, err
	}
	answer := VerifyResponse{Response: accepted(r.cid), User: shown}
	answer.SubStatus = slices.DeleteFunc(slices.Clone(warnings), func(code Code) bool { return !r.config.told(code) })
	return answer, nil
}

func (r *run) refuseVerify(userID string, codes ...Code) (any, *Error) {
	if err := r.audit(auditVerify, resultError, userID, codes...); err != nil {
		return nil, err
	}
	return refused(r.cid, r.config.tell(codes)...), nil
}

// loginKeys are where the account of a username or of a confirmed address is
// found.
func (r *run) loginKeys(request VerifyRequest) []string {
	if request.Username != "" {
		if name, ok := canonicalName(request.Username); ok && len(name) <= maxNameBytes {
			return []string{namePrefix + name}
		}
		return []string{noName}
	}
	address, _, _ := canonicalAddress(request.Email) // "", which is nobody's, if it is none
	var keys []string
	for _, k := range r.keys.keys {
		keys = append(keys, mailKey(k, address))
	}
	return keys
}

// findLogin reads the account that these keys lead to, nil if there is none.
func (r *run) findLogin(keys []string, values []kv.Value) (*userRecord, *Error) {
	id := ""
	for i, value := range values {
		if value.Version == "" {
			continue
		}
		record, err := decode[idRecord](keys[i], value) // a name's record has the id in the same place
		if err != nil {
			return nil, err
		}
		id = record.ID
	}
	userKey := noUser
	if isID(id) {
		userKey = userPrefix + id
	} else {
		r.readNoLogin(keys[0])
	}
	values, err := r.get(userKey)
	if err != nil {
		return nil, err
	}
	if values[0] == (kv.Value{}) {
		r.readNoUser()
		return nil, nil
	}
	user, err := decode[userRecord](userKey, values[0])
	if err != nil || !user.live(r.now) {
		return nil, err
	}
	return user, nil
}

// isPassword says whether a password is that of an account. For an account
// that is nil, and for what can be no password, it does the same work, and says
// no.
func (r *run) isPassword(user *userRecord, password Secret) (bool, *Error) {
	normal, fault := precis.OpaqueString(string(password))
	if fault != nil {
		normal = ""
	}
	stored := ""
	if user != nil {
		stored = user.Password
		if user.PasswordSealed != "" {
			var err *Error
			if stored, err = r.keys.open(place{"user", user.ID, "password"}, user.PasswordSealed); err != nil {
				return false, err
			}
		}
	}
	if user == nil && r.config.Main.EncryptPassword {
		r.openNothing(len(decoySealed))
	}
	hash, bad := parseHash(stored)
	if user == nil {
		hash = passwordHash{params: r.config.kdfParams(), salt: r.claim, key: make([]byte, r.config.kdfParams().Length)}
	} else if bad != nil {
		return false, internal("user/%s: the password's hash cannot be read: it %v", user.ID, bad)
	}
	same, err := r.isHash(hash, normal)
	return same && user != nil && fault == nil, err
}

// isHash says whether a hash is that of a password. Where the hash cannot tell
// it does the same work, and says no.
func (r *run) isHash(hash passwordHash, password string) (bool, *Error) {
	takes := hash.takes(password)
	if !takes {
		password = ""
	}
	derived, err := r.derive(hash.params, password, hash.salt)
	return err == nil && hash.is(derived) && takes, err
}

// checkLogin says what keeps an account from logging in, in the order of the
// original: the application, a lock, confirmation, approval, the password.
func (r *run) checkLogin(user *userRecord) (refusals, warnings []Code) {
	config := &r.config.Password
	never := config.Expiry == 0
	expires := user.PasswordSet + int64(config.Expiry)*dayMS
	switch {
	case !slices.Contains(r.config.Apps.LoginAllowed, r.currentApp):
		return []Code{AppListInvalid}, nil
	case user.Locked != 0:
		return []Code{Locked}, nil
	case user.State != stateFinal:
		return []Code{NotConfirmed}, nil
	case user.ApprovalStatus != approvalApproved:
		return []Code{NotApproved}, nil
	case !never && expires <= r.now:
		return []Code{PasswordExpired}, nil
	case user.PasswordMustChange:
		return []Code{PasswordMustChange}, nil
	case never || expires-int64(config.AboutToExpireThreshold)*dayMS > r.now:
		return nil, nil
	case config.LogInIfAboutToExpire:
		return nil, []Code{PasswordWillExpire}
	}
	return []Code{PasswordAboutExpired}, nil
}
