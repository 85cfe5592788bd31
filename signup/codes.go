package signup

// Code is a status code of Zato SSO, or one of the three E901… that are ours.
type Code string

// The codes that the operations of this package answer.
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

	NotAllowed        Code = "E005001" // stands for every code that must not be told
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

// told says whether the configuration lets the caller see the code. Codes that
// other services made up are theirs to tell.
func (c *Config) told(code Code) bool {
	switch code {
	case UsernameExists:
		return c.Signup.InformIfUserExists
	case EmailExists:
		return c.Signup.InformIfEmailExists
	}
	if told, known := c.toldByVerify(code); known {
		return told
	}
	if len(code) < 4 {
		return true
	}
	switch code[:4] {
	case "E001":
		return code == UserIDInvalid || c.Signup.InformIfUserInvalid
	case "E002":
		return c.Signup.InformIfEmailInvalid
	case "E003":
		return c.Password.InformIfInvalid
	case "E004":
		return c.Apps.InformIfAppInvalid
	}
	return true
}

// toldByVerify says whether verify may tell a code of its own.
func (c *Config) toldByVerify(code Code) (told, known bool) {
	switch code {
	case Locked:
		return c.Login.InformIfLocked, true
	case NotConfirmed:
		return c.Login.InformIfNotConfirmed, true
	case NotApproved:
		return c.Login.InformIfNotApproved, true
	case PasswordExpired:
		return c.Password.InformIfExpired, true
	case PasswordMustChange:
		return c.Password.InformIfMustBeChanged, true
	case PasswordWillExpire, PasswordAboutExpired:
		return c.Password.InformIfAboutToExpire, true
	}
	return false, false
}

// tell returns what the caller may see of the true codes: those that may be
// told, in their order, then one NotAllowed for all the others together.
func (c *Config) tell(codes []Code) []Code {
	var told []Code
	hidden := false
	for _, code := range codes {
		if code != NotAllowed && c.told(code) {
			told = append(told, code)
		} else {
			hidden = true
		}
	}
	if hidden {
		told = append(told, NotAllowed)
	}
	return told
}

// isCode says whether text has the form of a status code: E or W and six digits.
func isCode(text string) bool {
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
