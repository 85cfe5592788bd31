package signup

import (
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// hasUsernameCharacters reports whether a canonical username has only the
// characters that enrol.username_characters allows.
//
// PRECIS alone, the value "precis", allows every printable ASCII character, so
// that a username may be a URL, a path or markup, which is bait in a message
// that contains it. The value "identifier" allows letters, marks and digits of
// one script (UTS 39, section 5.2, "Single Script"; Japanese and Korean count
// as one), at least one of them a letter or digit, and single separators
// between them. A joiner, which is invisible, is allowed where its script needs
// it (RFC 5892, appendix A.1 and A.2); PRECIS has checked that.
//
// With both values, names that mix scripts to look like other names are invalid:
// internal/identity/script.go has that rule.
func (e *Engine) hasUsernameCharacters(name string) bool {
	return e.config.Enrol.UsernameCharacters == ssoconf.UsernamePrecis || identity.IsIdentifier(name)
}
