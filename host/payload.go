package host

import (
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// ValidatePayload asks a validation service about somebody who wants to sign up.
// As with the other payloads, its JSON is the body of the call.
type ValidatePayload struct {
	Type      string    `json:"type"` // "user.validate"
	Timestamp time.Time `json:"timestamp"`
	Data      Candidate `json:"data"`
}

// SignupPayload tells a callback service of a new account.
type SignupPayload struct {
	Type      string     `json:"type"` // "user.signup"
	Timestamp time.Time  `json:"timestamp"`
	Data      NewAccount `json:"data"`
}

// DeletedPayload tells a callback service that an account is erased.
type DeletedPayload struct {
	Type      string    `json:"type"`      // "user.deleted"
	Timestamp time.Time `json:"timestamp"` // when it was erased
	Data      struct {
		UserID string `json:"user_id"`
	} `json:"data"`
}

// MessagePayload asks the message service to write to somebody.
type MessagePayload struct {
	Type      string    `json:"type"` // "user.message"
	Timestamp time.Time `json:"timestamp"`
	Data      Message   `json:"data"`
}

// SignupData is what payloads say of an account. A text that is not set is "".
type SignupData struct {
	Username     string            `json:"username"`    // as the user spelled it
	Email        string            `json:"email"`       // exactly as typed
	CurrentApp   string            `json:"current_app"` // the application signed up through
	AppList      []string          `json:"app_list"`    // the applications signed up to
	SignUpStatus string            `json:"sign_up_status"`
	DisplayName  string            `json:"display_name"`
	FirstName    string            `json:"first_name"`
	MiddleName   string            `json:"middle_name"`
	LastName     string            `json:"last_name"`
	Attrs        map[string]string `json:"attrs"`
}

// Candidate is somebody who wants to sign up.
type Candidate struct {
	SignupData
	Password signup.Secret `json:"password"` // as typed
}

// NewAccount is an account that was just created. A time that is not set is zero.
type NewAccount struct {
	SignupData
	SignUpConfirmToken signup.Secret `json:"sign_up_confirm_token"`
	UserID             string        `json:"user_id"`
	SignUpTime         time.Time     `json:"sign_up_time"`

	ApprovalStatus        string    `json:"approval_status"`          // "before_decision" or "approved"
	ApprovalStatusModTime time.Time `json:"approval_status_mod_time"` // zero until it is decided
	ApprovalStatusModBy   string    `json:"approval_status_mod_by"`   // "": no super-user has decided
	IsApprovalNeeded      bool      `json:"is_approval_needed"`

	IsLocked           bool      `json:"is_locked"`
	PasswordIsSet      bool      `json:"password_is_set"`
	PasswordLastSet    time.Time `json:"password_last_set"`
	PasswordMustChange bool      `json:"password_must_change"`
	PasswordExpiry     time.Time `json:"password_expiry"` // zero: it does not expire
}

// Kinds of messages.
const (
	MessageConfirm       = "confirm"
	MessageConfirmResent = "confirm_resent"
	MessageUsernameTaken = "username_taken"
	MessageEmailTaken    = "email_taken"
	MessageWelcome       = "welcome"  // no approval was needed
	MessageApproved      = "approved" // in place of welcome, after an approval
	MessageRejected      = "rejected"
	MessageLoginAttempts = "login_attempts"
)

// Message is what to write, and to whom.
type Message struct {
	Kind     string        `json:"kind"` // such as MessageConfirm
	To       string        `json:"to"`   // the address, exactly as typed
	Username string        `json:"username"`
	Token    signup.Secret `json:"token"`   // to confirm with; "" for other kinds
	Expires  time.Time     `json:"expires"` // until when the token is valid; zero for other kinds
	Reason   string        `json:"reason"`  // why an account was rejected; "" for other kinds
	From     string        `json:"from"`
	CC       []string      `json:"cc"`
	BCC      []string      `json:"bcc"`
	Template string        `json:"template"`
	SiteName string        `json:"site_name"`

	CurrentApp string `json:"current_app"` // the application signed up through
	Locale     string `json:"locale"`      // attrs.locale of the signup, such as "pt-BR"; "": it has no language tag there
}
