package signup

import (
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
	"github.com/enrol-sso/enrol/signup/internal/password"
)

// maxGrowth is how many times longer a password can be than its composed form,
// at most.
const maxGrowth = 4

// checkPassword applies the rules of passwords and returns the form that is
// hashed: PRECIS OpaqueString (RFC 8265, section 4.2). Lengths are in code
// points of that form. The order is the same as in Zato 3.2: length, reject
// list, score.
func (e *Engine) checkPassword(typed string, c circumstances) (normal string, code Code) {
	config := &e.config.Password
	switch {
	case typed == "":
		return "", PasswordTooShort
	case utf8.RuneCountInString(typed) > maxGrowth*config.MaxLength:
		return "", PasswordTooLong
	}
	normal, err := precis.OpaqueString(typed)
	if err != nil {
		return "", PasswordInvalid
	}
	switch length := utf8.RuneCountInString(normal); {
	case length < config.MinLength:
		return "", PasswordTooShort
	case length > config.MaxLength:
		return "", PasswordTooLong
	case !e.config.Signup.PasswordAllowWhitespace && hasSpace(normal):
		return "", PasswordInvalid
	case containsAny(strings.ToLower(normal), e.rules.rejectPassword), e.isBlocked(normal), password.IsPersonal(normal, c.personal):
		return "", PasswordInvalid
	case !e.isComplex(normal, c):
		return "", PasswordNotComplexEnough
	}
	return normal, ""
}
