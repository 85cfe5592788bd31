package openapi

import (
	"maps"

	"github.com/enrol-sso/enrol/signup"
)

// meanings say what each code means, as host/docs/codes.md does.
var meanings = map[signup.Code]string{
	signup.UsernameInvalid:          "The username is missing or invalid: wrong characters, mixed scripts, too short, or with a word of `reject_username`",
	signup.UsernameExists:           "The username is taken",
	signup.UsernameTooLong:          "The username is longer than `max_length_username`",
	signup.UsernameHasWhitespace:    "The username contains white space",
	signup.UserIDInvalid:            "There is no such account. `get`, `approve`, `reject`, `lock`, `unlock`, `erase`",
	signup.EmailInvalid:             "The text is not an e-mail address, or has a word or domain of `reject_email`",
	signup.EmailExists:              "The address belongs to an account. `confirm` too, if another account confirmed the address first",
	signup.EmailTooLong:             "The address is longer than `max_length_email`",
	signup.EmailHasWhitespace:       "The address contains white space",
	signup.EmailMissing:             "The address is missing, and `is_email_required` is True",
	signup.PasswordInvalid:          "The password contains an entry of `reject_list`, is common or personal, or has characters that are not allowed",
	signup.PasswordTooShort:         "The password is missing, or shorter than `min_length`",
	signup.PasswordTooLong:          "The password is longer than `max_length`",
	signup.PasswordExpired:          "`verify`: the password is right and has expired",
	signup.PasswordWillExpire:       "`verify`: a warning in an answer with `\"status\":\"ok\"`. The password expires within `about_to_expire_threshold` days",
	signup.PasswordAboutExpired:     "`verify`: the same with `log_in_if_about_to_expire=False`, which refuses the login",
	signup.PasswordMustChange:       "`verify`: the password is right and must be changed before a login",
	signup.PasswordNotComplexEnough: "The password is too easy to guess: its zxcvbn score is below `min_complexity`",
	signup.AppListInvalid:           "An application is not in `apps.all` or is in `app_list` twice, or none is named and `apps.default` is empty. `verify`: it is not in `apps.login_allowed`, or with `bind_apps` not one of the account's",
	signup.AppListNoSignup:          "The application to sign up through is not in `apps.signup_allowed`. With `bind_apps`, one in `app_list` is not",
	signup.NotAllowed:               "Not allowed. It replaces every code that is not disclosed. It also stands for a wrong username or password, for a login that must wait after wrong passwords, and for a decision that does not match the state of the account",
	signup.Locked:                   "`verify`: the password is right and the account is locked",
	signup.NotConfirmed:             "`verify`: the password is right and the address is not confirmed",
	signup.NotApproved:              "`verify`: the password is right and no super-user has approved the account",
	signup.SuperUserRequired:        "The operation needs a super-user",
	signup.NoSuchSignupToken:        "`confirm`: the token is unknown or has expired. With `bind_apps`, it belongs to another application",
	signup.SignupConfirmed:          "`confirm`: the account is confirmed already",
	signup.InvalidOperation:         "There is no such operation. Over HTTP: no such path (404) or method (405)",
	signup.InvalidInput:             "The request is not a JSON object, or a member is unknown or has an invalid value. `field` names the member, `message` says what is wrong",
	signup.MissingInput:             "A required member is missing. `field` names it",
	signup.InternalError:            "There is no decision because of a bug. The log has the reason under the `cid` of the answer",
	signup.RateLimited:              "Too many attempts from this client address. `retry_after` and Retry-After have the seconds to wait",
	signup.Busy:                     "There is no decision: the store, a service or the audit trail failed, or too many passwords wait to be hashed. Try again after Retry-After",
	signup.IdempotencyConflict:      "Another request was sent with this `idempotency_key`",
}

// Meanings returns what each code means, in CommonMark.
func Meanings() map[signup.Code]string { return maps.Clone(meanings) }
