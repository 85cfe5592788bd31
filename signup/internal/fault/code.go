// Package fault holds the status codes of answers, and the error of an
// operation that makes no decision.
package fault

// Code is a status code of Zato SSO, or one of our own E901….
type Code string

// The status codes of the operations.
const (
	UsernameInvalid       Code = "E001001"
	UsernameExists        Code = "E001002"
	UsernameTooLong       Code = "E001003"
	UsernameHasWhitespace Code = "E001004"
	UserIDInvalid         Code = "E001100"

	EmailInvalid       Code = "E002001"
	EmailExists        Code = "E002002"
	EmailTooLong       Code = "E002003"
	EmailHasWhitespace Code = "E002004"
	EmailMissing       Code = "E002005"

	PasswordInvalid  Code = "E003001"
	PasswordTooShort Code = "E003002"
	PasswordTooLong  Code = "E003003"

	PasswordNotComplexEnough Code = "E003008"

	AppListInvalid  Code = "E004001"
	AppListNoSignup Code = "E004002"

	PasswordExpired      Code = "E003004"
	PasswordWillExpire   Code = "W003005" // a warning
	PasswordAboutExpired Code = "E003006"
	PasswordMustChange   Code = "E003007"

	NotAllowed        Code = "E005001" // replaces every code that callers must not learn
	Locked            Code = "E005002"
	NotConfirmed      Code = "E005003"
	NotApproved       Code = "E005004"
	SuperUserRequired Code = "E005005"
	NoSuchSignupToken Code = "E005006"
	SignupConfirmed   Code = "E005007"

	InvalidOperation Code = "E008001"
	InvalidInput     Code = "E008002"
	MissingInput     Code = "E008003"
	InternalError    Code = "E008004"

	RateLimited         Code = "E901001"
	Busy                Code = "E901002"
	IdempotencyConflict Code = "E901003"
)

// IsCode reports whether text has the form of a status code: E or W and six digits.
func IsCode(text string) bool {
	if len(text) != 7 || text[0] != 'E' && text[0] != 'W' {
		return false
	}
	for i := 1; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
