package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// States of a claim and of its account. The states of a claim have the same length,
// so that the size of a commit does not reveal a void one.
const (
	StatePending   = "pending"   // waits for its token
	StateVoid      = "refused"   // looks like pending from outside; can never be confirmed
	StateFinal     = "final"     // confirmed
	StateConfirmed = "confirmed" // of an entry under pending/: nothing expires now
)

// Values of approval_status.
const (
	ApprovalBefore   = "before_decision"
	ApprovalApproved = "approved"
)

// User is an account, from the claim on. It has either Email or EmailSealed,
// and either Password or PasswordSealed.
type User struct {
	V                int
	ID               string
	State            string // StatePending, StateVoid or StateFinal
	Username         string // as typed
	Name             string // canonical
	Email            string
	EmailSealed      string
	Password         string // PHC string
	PasswordSealed   string
	PasswordSet      int64
	DisplayName      string
	FirstName        string
	MiddleName       string
	LastName         string
	Attrs            map[string]string
	CurrentApp       string
	AppList          []string
	RemoteAddr       []string
	SignUpTime       int64
	Expires          int64 // of the claim
	ConfirmTime      int64
	ApprovalStatus   string
	ApprovalModTime  int64  // when it was decided
	ApprovalModBy    string // who decided, or empty
	IsApprovalNeeded bool
	LastMessage      string // event id: the next message waits for it
	LastSent         int64  // when a token was last resent
	Resent           string // the hash of the resent token
	Resends          int    // how often a token was resent

	Locked             int64 // since when; 0 if it is not locked
	PasswordMustChange bool  // before the owner may log in
}

func (u *User) Members(m *strictjson.Members) {
	m.Int("v", &u.V)
	m.String("id", &u.ID)
	m.String("state", &u.State)
	m.String("username", &u.Username)
	m.String("name", &u.Name)
	m.Optional().String("email", &u.Email)
	m.Optional().String("email_sealed", &u.EmailSealed)
	m.Optional().String("password", &u.Password)
	m.Optional().String("password_sealed", &u.PasswordSealed)
	m.Int64("password_set", &u.PasswordSet)
	m.Optional().String("display_name", &u.DisplayName)
	m.Optional().String("first_name", &u.FirstName)
	m.Optional().String("middle_name", &u.MiddleName)
	m.Optional().String("last_name", &u.LastName)
	m.Optional().Map("attrs", &u.Attrs)
	m.String("current_app", &u.CurrentApp)
	m.Strings("app_list", &u.AppList)
	m.Optional().Strings("remote_addr", &u.RemoteAddr)
	m.Int64("sign_up_time", &u.SignUpTime)
	m.Optional().Int64("expires", &u.Expires)
	m.Optional().Int64("confirm_time", &u.ConfirmTime)
	m.String("approval_status", &u.ApprovalStatus)
	m.Optional().Int64("approval_status_mod_time", &u.ApprovalModTime)
	m.Optional().String("approval_status_mod_by", &u.ApprovalModBy)
	m.Bool("is_approval_needed", &u.IsApprovalNeeded)
	m.Optional().String("last_message", &u.LastMessage)
	m.Optional().Int64("last_sent", &u.LastSent)
	m.Optional().String("resent", &u.Resent)
	m.Optional().Int("resends", &u.Resends)
	m.Optional().Int64("locked", &u.Locked)
	m.Optional().Bool("password_must_change", &u.PasswordMustChange)
}

// Live reports whether a record is an account, or a claim that has not expired.
// A void claim counts like a real one, because nobody may distinguish them.
func (u *User) Live(now int64) bool {
	return u.State == StateFinal || u.Expires > now
}
