package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// VerifyRequest is the request of verify, which checks a password and whether
// the owner may log in.
type VerifyRequest struct {
	CID        string
	Username   string // exactly one of the two
	Email      string // a confirmed address
	Password   Secret
	CurrentApp string
	RemoteAddr []string

	CurrentUser string // as in SignupRequest
}

// JSON returns the request in JSON for verify. It contains the password in
// plain text.
func (r VerifyRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *VerifyRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	raw(m.Optional(), "username", &r.Username, maxText)
	raw(m.Optional(), "email", &r.Email, maxText)
	m.IsEither("username", "email")
	raw(m, "password", (*string)(&r.Password), maxText)
	m.IsRequired()
	text(m.Optional(), "current_app", &r.CurrentApp, ssoconf.MaxAppName)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	visitCurrentUser(m.Optional(), &r.CurrentUser)
	switch {
	case r.Username == "" && r.Email == "":
		m.Miss("username")
	case r.Username != "" && r.Email != "":
		m.Fail("email", "cannot be given together with username")
	case r.Password == "":
		m.Miss("password")
	}
}

const auditVerify = "user.verify"

// noName is a key that never exists. verify and resend read it for invalid
// names, so that they always read the same number of keys.
const noName = record.NamePrefix + "@"

// verify compares a password, and answers whose it is and whether the owner may
// log in. It does not create a session; that is up to the application. The
// application is checked first, because that check does not depend on any
// account. From then on, the effects are the same for every refusal, whatever
// the name.
func (r *run) verify(data []byte) (document, *Error) {
	var request VerifyRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	r.currentUser = request.CurrentUser
	keys, who := r.loginKeys(request)
	values, answer, err := r.admitGuess(auditVerify, request.RemoteAddr, keys...)
	if err != nil || answer != nil {
		return answer, err
	}
	found, err := r.findLogin(keys, values, who)
	if err != nil {
		return nil, err
	}
	warnings, answer, err := r.prove(proof{
		op: auditVerify, account: found, login: keys[0], password: request.Password, remoteAddr: request.RemoteAddr, check: r.checkLogin,
	})
	if err != nil || answer != nil {
		return answer, err
	}
	user := found.user
	r.rehash(found, request.Password)
	if err := r.audit(auditVerify, resultOK, user.ID, warnings...); err != nil {
		return nil, err
	}
	shown, err := r.show(user)
	if err != nil {
		return nil, err
	}
	verified := &VerifyResponse{Response: *accepted(r.cid), User: shown}
	verified.SubStatus = slices.DeleteFunc(slices.Clone(warnings), func(code Code) bool { return !r.told(code) })
	return verified, nil
}

// loginKeys returns the keys that lead to the account of a username or of a
// confirmed address, and a text for that username or address that is the same
// for all spellings and secret keys.
func (r *run) loginKeys(request VerifyRequest) (keys []string, who string) {
	email := request.Email
	switch {
	case r.isAddressName(request.Username):
		email = request.Username
	case request.Username != "":
		key := noName
		if name, ok := identity.Name(request.Username); ok && len(name) <= maxNameBytes {
			key = record.NamePrefix + name
		}
		return []string{key}, key
	}
	address, _, _ := identity.Address(email)
	return r.mailKeys(email), record.MailPrefix + address
}

// loginAccount is the account or the claim that somebody wants to log in to.
type loginAccount struct {
	user    *record.User
	version string // of its record
	there   bool   // whether it exists; if not, user is a decoy
}

// findLogin reads the account or the claim that the keys lead to. If there is
// none, it returns a decoy after the same work.
func (r *run) findLogin(keys []string, values []kv.Value, who string) (l loginAccount, err *Error) {
	at := max(0, slices.IndexFunc(values, func(value kv.Value) bool { return value.Version != "" }))
	leads := r.decoys.owner
	if strings.HasPrefix(keys[at], record.NamePrefix) {
		leads = r.decoys.name
	}
	stored, _, err := readOr[record.Reference](r, keys[at], values[at], leads) // a name's record has the id in the same place
	if err != nil {
		return l, err
	}
	userKey := record.UserPrefix + stored.ID
	if values, err = r.get(userKey); err != nil {
		return l, err
	}
	return r.readLogin(userKey, values[0], who)
}

// readLogin reads an account, or returns a decoy if there is none.
func (r *run) readLogin(userKey string, value kv.Value, who string) (l loginAccount, err *Error) {
	nobody, _ := r.userDecoy(r.nobodysHash(who))
	l.version = value.Version
	l.user, l.there, err = readOr[record.User](r, userKey, value, nobody)
	if err != nil {
		return l, err
	}
	l.there = l.there && l.user.Live(r.now)
	return l, nil
}

// passwordExpiry returns when a password that was set at a time expires, 0 for
// never.
func (e *Engine) passwordExpiry(set int64) int64 {
	if e.config.Password.Expiry == 0 {
		return 0
	}
	return set + int64(e.config.Password.Expiry)*dayMS
}

// checkLogin returns the codes that keep an account from logging in, in the
// order of the original: the application, a lock, confirmation, approval, the
// password. Whether the application accepts logins at all was checked before
// the password.
func (r *run) checkLogin(user *record.User) (refusals, warnings []Code) {
	config := &r.config.Password
	expires := r.passwordExpiry(user.PasswordSet)
	never := expires == 0
	switch {
	case !r.mayLogIn(user):
		return []Code{AppListInvalid}, nil
	case user.Locked != 0:
		return []Code{Locked}, nil
	case user.State != record.StateFinal:
		return []Code{NotConfirmed}, nil
	case user.ApprovalStatus != record.ApprovalApproved:
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

// VerifyResponse is the response of verify. With the status "ok", SubStatus may
// have a warning, PasswordWillExpire.
type VerifyResponse struct {
	Response
	User User
}

func (v *VerifyResponse) members(m *strictjson.Members) {
	v.Response.members(m)
	m.Object("user", v.User.members)
}
