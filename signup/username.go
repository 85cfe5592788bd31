package signup

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// maxNameBytes keeps the key of a name within the limits of stores.
const maxNameBytes = 1000

// checkUsername applies the rules of usernames and returns the canonical form:
// two usernames are the same if their canonical forms are.
//
// A username that is the account's own address has the canonical form "". It
// must equal email, unless that is "".
func (e *Engine) checkUsername(username, email string) (name string, code Code) {
	switch {
	case username == "":
		return "", UsernameInvalid
	case utf8.RuneCountInString(norm.NFC.String(username)) > e.config.Signup.MaxLengthUsername:
		return "", UsernameTooLong
	case hasSpace(username):
		return "", UsernameHasWhitespace
	case e.isAddressName(username):
		if !identity.IsOwnAddress(username, email) || e.rejects(identity.Fold(username), e.rules.rejectUsername) {
			return "", UsernameInvalid
		}
		return "", ""
	}
	name, ok := identity.Name(username)
	switch {
	case !ok:
		return "", UsernameInvalid
	case len(name) > maxNameBytes:
		return "", UsernameTooLong
	case !e.hasUsernameCharacters(name), !e.hasUsernameLength(name):
		return "", UsernameInvalid
	case e.rejects(identity.Fold(name), e.rules.rejectUsername):
		return "", UsernameInvalid
	}
	return name, ""
}

// hasUsernameLength reports whether a canonical username has at least the code
// points of enrol.username_min_length, which has no effect with
// username_characters=precis.
func (e *Engine) hasUsernameLength(name string) bool {
	return e.config.Enrol.UsernameCharacters == ssoconf.UsernamePrecis || utf8.RuneCountInString(name) >= e.config.Enrol.UsernameMinLength
}
