package signup

import (
	"slices"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// MovedAccount is an account or a claim as import reads it and export writes it.
// Its members have the names of the fields of User, in the spelling of JSON. Only
// Username and, to import, PasswordHash are required. Times are in UTC, to the
// millisecond.
type MovedAccount struct {
	UserID       string // random if empty
	Username     string
	Email        string
	PasswordHash Secret   // in a form that CheckHash accepts
	CurrentApp   string   // the application that the user signed up through; apps.default if empty
	AppList      []string // CurrentApp alone if empty
	State        string   // "final", which is also "", or "before_confirmation"
	DisplayName  string   // the other names joined, if empty
	FirstName    string
	MiddleName   string
	LastName     string
	Attrs        map[string]string
	RemoteAddr   []string
	SignUpTime   time.Time // now if zero

	SignUpConfirmTime     time.Time // of an account; SignUpTime if zero
	ApprovalStatus        string    // "approved" or "before_decision"; what its state and IsApprovalNeeded require if empty
	ApprovalStatusModTime time.Time // SignUpConfirmTime if zero
	ApprovalStatusModBy   string
	IsApprovalNeeded      *bool // as configured if nil

	IsLocked           bool
	LockedTime         time.Time // now if zero
	PasswordLastSet    time.Time // SignUpTime if zero
	PasswordMustChange bool

	Expires            time.Time // of a claim; enrol.confirm_within from now if zero
	ConfirmTokenHashes []string  // of a claim: base64url of the SHA-256 of each token that confirms it
}

// maxTokens is how many tokens a claim has: the first one, and the last one that
// was resent.
const maxTokens = 2

// arriving visits the members of an account to import.
func (a *MovedAccount) arriving(m *strictjson.Members) {
	if a.members(m); m.Reading() {
		a.check(m)
	}
}

func (a *MovedAccount) members(m *strictjson.Members) {
	m.Optional().String("user_id", &a.UserID)
	raw(m, "username", &a.Username, maxText)
	raw(m.Optional(), "email", &a.Email, maxText)
	raw(m.Optional(), "password_hash", (*string)(&a.PasswordHash), maxText)
	text(m.Optional(), "current_app", &a.CurrentApp, ssoconf.MaxAppName)
	visitAppList(m.Optional(), &a.AppList)
	m.Optional().String("state", &a.State)
	m.IsOneOf(signUpFinal, beforeConfirmation)
	text(m.Optional(), "display_name", &a.DisplayName, maxName)
	text(m.Optional(), "first_name", &a.FirstName, maxName)
	text(m.Optional(), "middle_name", &a.MiddleName, maxName)
	text(m.Optional(), "last_name", &a.LastName, maxName)
	visitAttrs(m.Optional(), &a.Attrs)
	visitRemoteAddr(m.Optional(), &a.RemoteAddr)
	exactTime(m, "sign_up_time", &a.SignUpTime)
	exactTime(m, "sign_up_confirm_time", &a.SignUpConfirmTime)
	m.Optional().String("approval_status", &a.ApprovalStatus)
	m.IsOneOf(record.ApprovalApproved, record.ApprovalBefore)
	exactTime(m, "approval_status_mod_time", &a.ApprovalStatusModTime)
	visitActor(m.Optional(), "approval_status_mod_by", &a.ApprovalStatusModBy)
	m.MaybeBool("is_approval_needed", &a.IsApprovalNeeded)
	m.Optional().Bool("is_locked", &a.IsLocked)
	exactTime(m, "locked_time", &a.LockedTime)
	exactTime(m, "password_last_set", &a.PasswordLastSet)
	m.Optional().Bool("password_must_change", &a.PasswordMustChange)
	exactTime(m, "expires", &a.Expires)
	m.Optional().Strings("confirm_token_hashes", &a.ConfirmTokenHashes)
}

// check refuses members that contradict each other.
func (a *MovedAccount) check(m *strictjson.Members) {
	claim := a.State == beforeConfirmation
	switch {
	case a.PasswordHash == "":
		m.Miss("password_hash")
	case a.UserID != "" && !record.IsID(a.UserID):
		m.Fail("user_id", "must be an id of Enrol: 26 digits and letters")
	case !claim && a.State != "" && a.State != signUpFinal:
		m.Fail("state", "must be %s or %s", signUpFinal, beforeConfirmation)
	case a.ApprovalStatus != "" && a.ApprovalStatus != record.ApprovalBefore && a.ApprovalStatus != record.ApprovalApproved:
		m.Fail("approval_status", "must be %s or %s", record.ApprovalApproved, record.ApprovalBefore)
	case claim && !a.SignUpConfirmTime.IsZero():
		m.Fail("sign_up_confirm_time", "is for accounts, and this one waits for its token")
	case !claim && !a.Expires.IsZero():
		m.Fail("expires", "is for accounts that wait for their tokens")
	case !claim && len(a.ConfirmTokenHashes) > 0:
		m.Fail("confirm_token_hashes", "is for accounts that wait for their tokens")
	case len(a.ConfirmTokenHashes) == maxTokens && a.ConfirmTokenHashes[0] == a.ConfirmTokenHashes[1]:
		m.Fail("confirm_token_hashes", "must differ")
	case len(a.ConfirmTokenHashes) > maxTokens || slices.ContainsFunc(a.ConfirmTokenHashes, func(hash string) bool { return !record.IsHash(hash) }):
		m.Fail("confirm_token_hashes", "must be at most %d hashes of 32 bytes in base64url without padding", maxTokens)
	case !a.IsLocked && !a.LockedTime.IsZero():
		m.Fail("locked_time", "is for accounts with is_locked")
	}
	for _, each := range []struct {
		name string
		at   time.Time
	}{
		{"sign_up_time", a.SignUpTime}, {"sign_up_confirm_time", a.SignUpConfirmTime}, {"approval_status_mod_time", a.ApprovalStatusModTime},
		{"locked_time", a.LockedTime}, {"password_last_set", a.PasswordLastSet}, {"expires", a.Expires},
	} {
		if !each.at.IsZero() && (each.at.UnixMilli() <= 0 || each.at.UnixMilli() > record.MaxTime) {
			m.Fail(each.name, "must be a time between 1970 and 2286")
		}
	}
}

// arrival is an account that is moved in, before the store decides whether it
// can be.
type arrival struct {
	user    record.User // its hash and its address are not sealed yet
	given   string      // the id that the request gave it, or ""
	email   string
	address string // canonical, or ""
	stored  string // the hash of the password
	kind    phc.Kind
	tokens  []string // hashes
}

// arrival applies the rules that keep records whole. Those of the configuration
// about new usernames and addresses do not apply to accounts that exist already.
func (r *run) arrival(a *MovedAccount) (*arrival, Code, *Error) {
	in := &arrival{given: a.UserID, email: a.Email, tokens: a.ConfirmTokenHashes}
	id := a.UserID
	if id == "" {
		id = r.nextID("user")
	}
	name, code := r.arrivingName(a, id)
	if code != "" {
		return nil, code, nil
	}
	if a.Email != "" {
		var ok bool
		if in.address, _, ok = identity.Address(a.Email); !ok {
			return nil, EmailInvalid, nil
		}
	}
	app := a.CurrentApp
	if app == "" {
		app = r.config.Apps.Default
	}
	apps := a.AppList
	if len(apps) == 0 {
		apps = []string{app}
	}
	for i, each := range append([]string{app}, apps...) {
		if r.checkCurrentApp(each) != "" || i > 0 && slices.Contains(apps[:i-1], each) {
			return nil, AppListInvalid, nil
		}
	}
	hash, failure := phc.Parse(string(a.PasswordHash))
	if failure != nil {
		return nil, "", faultError(&strictjson.Fault{Field: "account.password_hash", Message: "cannot be used: " + failure.Error()})
	}
	in.stored, in.kind = string(a.PasswordHash), hash.Kind()
	in.user = record.User{
		V: record.Version, ID: id, State: record.StateFinal, Username: a.Username, Name: name,
		DisplayName: (&checked{request: SignupRequest{DisplayName: a.DisplayName, FirstName: a.FirstName, MiddleName: a.MiddleName, LastName: a.LastName}}).displayName(),
		FirstName:   a.FirstName, MiddleName: a.MiddleName, LastName: a.LastName, Attrs: a.Attrs,
		CurrentApp: app, AppList: apps, RemoteAddr: a.RemoteAddr,
		SignUpTime: orTime(a.SignUpTime, r.now), PasswordMustChange: a.PasswordMustChange, IsApprovalNeeded: r.config.Signup.IsApprovalNeeded,
	}
	return in, "", r.finishArrival(in, a)
}

// finishArrival sets what depends on the state: times, approval and lock.
func (r *run) finishArrival(in *arrival, a *MovedAccount) *Error {
	user, refuse := &in.user, func(field, message string) *Error {
		return faultError(&strictjson.Fault{Field: "account." + field, Message: message})
	}
	if user.SignUpTime > r.now {
		return refuse("sign_up_time", "is in the future")
	}
	user.PasswordSet = orTime(a.PasswordLastSet, user.SignUpTime)
	user.Expires = orTime(a.Expires, r.now+r.claimLife())
	if a.State == beforeConfirmation {
		user.State = record.StatePending
		if user.Expires <= r.now {
			return refuse("expires", "is over: its owner can sign up again")
		}
	} else {
		user.ConfirmTime = orTime(a.SignUpConfirmTime, user.SignUpTime)
		user.Expires = user.SignUpTime + r.claimLife()
	}
	if a.IsApprovalNeeded != nil {
		user.IsApprovalNeeded = *a.IsApprovalNeeded
	}
	user.ApprovalStatus = a.ApprovalStatus
	switch {
	case user.ApprovalStatus != "":
	case user.IsApprovalNeeded && user.State == record.StatePending:
		user.ApprovalStatus = record.ApprovalBefore
	default:
		user.ApprovalStatus = record.ApprovalApproved
	}
	approved := user.ApprovalStatus == record.ApprovalApproved
	if !approved && a.IsApprovalNeeded == nil {
		user.IsApprovalNeeded = true
	}
	switch {
	case !approved && !user.IsApprovalNeeded:
		return refuse("approval_status", "must be approved where is_approval_needed is false")
	case approved && user.IsApprovalNeeded && user.State == record.StatePending:
		return refuse("approval_status", "must be before_decision: it waits for its token, and then for approval")
	case approved:
		user.ApprovalModTime, user.ApprovalModBy = orTime(a.ApprovalStatusModTime, max(user.ConfirmTime, user.SignUpTime)), a.ApprovalStatusModBy
	}
	if a.IsLocked {
		user.Locked = orTime(a.LockedTime, r.now)
	}
	return nil
}

// arrivingName returns the canonical username of an account that is moved in.
func (r *run) arrivingName(a *MovedAccount, id string) (string, Code) {
	if strings.Contains(a.Username, "@") {
		if !r.isAddressName(a.Username) || !identity.IsOwnAddress(a.Username, a.Email) {
			return "", UsernameInvalid
		}
		return record.ClaimName(id), ""
	}
	name, ok := identity.Name(a.Username)
	switch {
	case !ok || hasSpace(a.Username):
		return "", UsernameInvalid
	case len(name) > maxNameBytes:
		return "", UsernameTooLong
	}
	return name, ""
}

// orTime returns a time in milliseconds, or another if there is none.
func orTime(at time.Time, otherwise int64) int64 {
	if at.IsZero() {
		return otherwise
	}
	return at.UnixMilli()
}
