package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// Kinds of messages.
const (
	MessageConfirm       = "confirm"        // here is your token
	MessageUsernameTaken = "username_taken" // choose another name
	MessageEmailTaken    = "email_taken"    // somebody tried to sign up with your address
	MessageWelcome       = "welcome"        // your account is ready
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
}

// IsAboutClaim reports whether a signup or a resend caused a message, as any
// stranger can. The other messages are about an account: its owner or a
// super-user causes them, except the one about login attempts, which strangers
// cause with wrong passwords and Guesses limits.
func (m *Message) IsAboutClaim() bool {
	return m.Kind == MessageConfirm || m.Kind == MessageUsernameTaken || m.Kind == MessageEmailTaken
}
