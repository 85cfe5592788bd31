package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// Callback is the sealed text of a callback event. For void claims it differs only
// in Deliver.
type Callback struct {
	Deliver bool
	Data    CallbackData
}

func (c *Callback) Members(m *strictjson.Members) {
	m.Bool("deliver", &c.Deliver)
	m.Object("data", c.Data.Members)
}

// CallbackData is what a callback service gets about a new account: the members
// of the original's payload that have a meaning here, and the names and attrs
// that only Enrol has. Members that are not set are null. Times are in UTC, in
// RFC 3339.
type CallbackData struct {
	SignUpConfirmToken string
	UserID             string
	Username           string
	Email              string
	CurrentApp         string
	AppList            []string
	DisplayName        string
	FirstName          string
	MiddleName         string
	LastName           string
	Attrs              map[string]string
	SignUpStatus       string
	SignUpTime         string

	ApprovalStatus        string
	ApprovalStatusModTime string // null until it is decided
	ApprovalStatusModBy   string // null unless a super-user decided
	IsApprovalNeeded      bool

	IsLocked           bool
	PasswordIsSet      bool
	PasswordLastSet    string
	PasswordMustChange bool
	PasswordExpiry     string // null if it does not expire
}

func (c *CallbackData) Members(m *strictjson.Members) {
	m.String("sign_up_confirm_token", &c.SignUpConfirmToken)
	m.String("user_id", &c.UserID)
	m.String("username", &c.Username)
	m.NullString("email", &c.Email)
	m.String("current_app", &c.CurrentApp)
	m.Strings("app_list", &c.AppList)
	m.NullString("display_name", &c.DisplayName)
	m.NullString("first_name", &c.FirstName)
	m.NullString("middle_name", &c.MiddleName)
	m.NullString("last_name", &c.LastName)
	m.Map("attrs", &c.Attrs)
	m.String("sign_up_status", &c.SignUpStatus)
	m.String("sign_up_time", &c.SignUpTime)
	m.String("approval_status", &c.ApprovalStatus)
	m.NullString("approval_status_mod_time", &c.ApprovalStatusModTime)
	m.NullString("approval_status_mod_by", &c.ApprovalStatusModBy)
	m.Bool("is_approval_needed", &c.IsApprovalNeeded)
	m.Bool("is_locked", &c.IsLocked)
	m.Bool("password_is_set", &c.PasswordIsSet)
	m.String("password_last_set", &c.PasswordLastSet)
	m.Bool("password_must_change", &c.PasswordMustChange)
	m.NullString("password_expiry", &c.PasswordExpiry)
}
