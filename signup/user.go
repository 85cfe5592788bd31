package signup

import (
	"time"

	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// User is an account as a trusted caller may see it: without the password hash
// and tokens. Times are in UTC, to the second; in JSON they are in RFC 3339,
// such as 2018-02-13T15:32:24Z.
type User struct {
	UserID            string
	Username          string // as the user typed it
	Email             string
	DisplayName       string
	FirstName         string
	MiddleName        string
	LastName          string
	Attrs             map[string]string
	CurrentApp        string // the application that the user signed up through
	AppList           []string
	SignUpStatus      string // "before_confirmation" or "final"
	SignUpTime        time.Time
	SignUpConfirmTime time.Time

	ApprovalStatus        string // "before_decision" or "approved"
	ApprovalStatusModTime time.Time
	ApprovalStatusModBy   string // the CurrentUser of approve
	IsApprovalNeeded      bool

	IsLocked           bool
	LockedTime         time.Time
	PasswordLastSet    time.Time
	PasswordMustChange bool      // before the user may log in
	PasswordExpiry     time.Time // zero if it does not expire
}

func (u *User) members(m *strictjson.Members) {
	m.String("user_id", &u.UserID)
	m.String("username", &u.Username)
	m.Optional().String("email", &u.Email)
	m.Optional().String("display_name", &u.DisplayName)
	m.Optional().String("first_name", &u.FirstName)
	m.Optional().String("middle_name", &u.MiddleName)
	m.Optional().String("last_name", &u.LastName)
	m.Optional().Map("attrs", &u.Attrs)
	m.String("current_app", &u.CurrentApp)
	m.Strings("app_list", &u.AppList)
	m.String("sign_up_status", &u.SignUpStatus)
	m.IsOneOf(signUpFinal, beforeConfirmation)
	timeMember(m, "sign_up_time", &u.SignUpTime)
	optionalTime(m, "sign_up_confirm_time", &u.SignUpConfirmTime)
	m.String("approval_status", &u.ApprovalStatus)
	m.IsOneOf(record.ApprovalApproved, record.ApprovalBefore)
	optionalTime(m, "approval_status_mod_time", &u.ApprovalStatusModTime)
	m.Optional().String("approval_status_mod_by", &u.ApprovalStatusModBy)
	m.Bool("is_approval_needed", &u.IsApprovalNeeded)
	m.Optional().Bool("is_locked", &u.IsLocked)
	optionalTime(m, "locked_time", &u.LockedTime)
	timeMember(m, "password_last_set", &u.PasswordLastSet)
	m.Optional().Bool("password_must_change", &u.PasswordMustChange)
	optionalTime(m, "password_expiry", &u.PasswordExpiry)
}

// Values of sign_up_status.
const (
	beforeConfirmation = "before_confirmation"
	signUpFinal        = "final"
)

func (r *run) show(user *record.User) (User, *Error) {
	email, err := r.email(user)
	if err != nil {
		return User{}, err
	}
	shown := User{
		UserID:       user.ID,
		Username:     user.Username,
		Email:        email,
		DisplayName:  user.DisplayName,
		FirstName:    user.FirstName,
		MiddleName:   user.MiddleName,
		LastName:     user.LastName,
		Attrs:        user.Attrs,
		CurrentApp:   user.CurrentApp,
		AppList:      user.AppList,
		SignUpStatus: beforeConfirmation,
		SignUpTime:   timeOf(user.SignUpTime),

		ApprovalStatus:        user.ApprovalStatus,
		ApprovalStatusModTime: timeIf(user.ApprovalModTime),
		ApprovalStatusModBy:   user.ApprovalModBy,
		IsApprovalNeeded:      user.IsApprovalNeeded,

		IsLocked:           user.Locked != 0,
		LockedTime:         timeIf(user.Locked),
		PasswordLastSet:    timeOf(user.PasswordSet),
		PasswordMustChange: user.PasswordMustChange,
		PasswordExpiry:     timeIf(r.passwordExpiry(user.PasswordSet)),
	}
	if user.State == record.StateFinal {
		shown.SignUpStatus = signUpFinal
		shown.SignUpConfirmTime = timeOf(user.ConfirmTime)
	}
	return shown, nil
}

// email returns the address of an account as typed, or "" if it has none.
func (r *run) email(user *record.User) (string, *Error) {
	if user.EmailSealed == "" {
		return user.Email, nil
	}
	return keyring.Open(r.keys, record.EmailPlace(user.ID), user.EmailSealed)
}
