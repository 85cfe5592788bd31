package signup

import (
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// checkEmail applies the rules of e-mail addresses and returns the canonical
// address, or "" if there is no address and none is required.
func (e *Engine) checkEmail(email string) (address string, code Code) {
	switch {
	case email == "" && e.config.Signup.IsEmailRequired:
		return "", EmailMissing
	case email == "":
		return "", ""
	case utf8.RuneCountInString(email) > e.config.Signup.MaxLengthEmail:
		return "", EmailTooLong
	case hasSpace(email):
		return "", EmailHasWhitespace
	}
	address, display, ok := identity.Address(email)
	if !ok || e.rules.rejectDomains.has(address) || e.rejects(identity.Fold(display), e.rules.rejectEmail) {
		return "", EmailInvalid
	}
	if e.config.Enrol.RejectMatch == ssoconf.RejectSubstring && containsAny(identity.Fold(address), e.rules.rejectEmail) {
		return "", EmailInvalid // punycode has no labels of its own
	}
	return address, ""
}
