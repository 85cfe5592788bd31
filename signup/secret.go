package signup

import "github.com/enrol-sso/enrol/signup/internal/secret"

// Secret is text that must not be printed, such as a password or a token. Every
// format prints "[redacted]", and marshalling it is an error. Only string(s)
// returns the text.
type Secret = secret.Text

const redacted = secret.Redacted
