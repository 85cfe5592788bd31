package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// Kinds of messages.
const (
	MessageConfirm       = "confirm"        // here is your token
	MessageConfirmResent = "confirm_resent" // here is another token
	MessageUsernameTaken = "username_taken" // choose another name
	MessageEmailTaken    = "email_taken"    // somebody tried to sign up with your address
	MessageWelcome       = "welcome"        // your account is ready
	MessageApproved      = "approved"       // the same, after a super-user's decision
	MessageRejected      = "rejected"       // there will be no account
	MessageLoginAttempts = "login_attempts" // somebody tried passwords of your account
)

// Message is the sealed text of a message event.
type Message struct {
	Kind     string
	To       string
	Username string
	Token    string
	Reason   string // of a rejection
	Client   string // who caused it, see Client
	Expires  int64  // when its claim expires; 0 for none
	Void     bool   // nobody receives it

	Locale     string // the language tag of the signup, or ""
	CurrentApp string // the application of the signup; "" in events of earlier versions
}

func (t *Message) Members(m *strictjson.Members) {
	m.String("kind", &t.Kind)
	m.String("to", &t.To)
	m.String("username", &t.Username)
	m.Optional().String("token", &t.Token)
	m.Optional().String("reason", &t.Reason)
	m.Optional().String("client", &t.Client)
	m.Optional().Int64("expires", &t.Expires)
	m.Optional().Bool("void", &t.Void)
	m.Optional().String("locale", &t.Locale)
	m.Optional().String("current_app", &t.CurrentApp)
}

// As returns a copy of another kind.
func (t Message) As(kind string) *Message {
	t.Kind = kind
	return &t
}

// WithToken returns a copy with the token to confirm with.
func (t Message) WithToken(token string) *Message {
	t.Token = token
	return &t
}

// ForNobody returns a copy that nobody receives.
func (t Message) ForNobody() *Message {
	t.Void = true
	return &t
}

// IsAboutClaim reports whether a signup or a resend caused a message, as any
// stranger can. The other messages are about an account: its owner or a
// super-user causes them, except the one about login attempts, which strangers
// cause with wrong passwords and Guesses limits.
func (t *Message) IsAboutClaim() bool {
	switch t.Kind {
	case MessageConfirm, MessageConfirmResent, MessageUsernameTaken, MessageEmailTaken:
		return true
	}
	return false
}
