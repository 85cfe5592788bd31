package signup

import (
	"github.com/enrol-sso/enrol/signup/internal/keyring"
)

// Keys are the secret keys of an installation, newest first. They print as
// "[redacted]" and cannot be marshalled. Rotating reports whether there is an
// older key in addition to the one in use; WebhookSecrets returns the secrets
// with which a service verifies signatures.
type Keys = keyring.Keys

// ParseKeys parses the text form of secret keys: keyid:base64url(32 bytes),
// newest first, separated by a comma, at most two. White space around keys is
// ignored, so that the text may come from a file. A key id is 1 to 16 of a-z,
// 0-9 and "-".
func ParseKeys(text Secret) (*Keys, error) { return keyring.Parse(text) }

// FormatKey returns one secret key of 32 bytes in the form that ParseKeys
// parses.
func FormatKey(id string, secret []byte) Secret { return keyring.Format(id, secret) }

// ErrWrongKey means that a store is sealed with a secret key that was not
// given.
var ErrWrongKey = keyring.ErrWrongKey
