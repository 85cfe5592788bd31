package signup

import "github.com/enrol-sso/enrol/signup/internal/fault"

// Error says why an operation made no decision, or why a request is invalid.
// Decisions, including refusals, are responses, not errors. Its fields:
//
//	Code       Code   Busy if an effect failed, InternalError if the core or its data are at fault, InvalidInput or MissingInput for a bad request
//	Field      string the invalid member of the request, or empty
//	Message    string for the operator or the developer; never contains a secret
//	Err        error  the cause, or nil
//	RetryAfter int    with Busy: seconds, if the host has no capacity; 0 for a fault
type Error = fault.Error

// Code is a status code of Zato SSO, a string such as "E001001", or one of our
// own E901….
type Code = fault.Code

// The status codes of the operations of this package.
const (
	UsernameInvalid       = fault.UsernameInvalid       // E001001
	UsernameExists        = fault.UsernameExists        // E001002
	UsernameTooLong       = fault.UsernameTooLong       // E001003
	UsernameHasWhitespace = fault.UsernameHasWhitespace // E001004
	UserIDInvalid         = fault.UserIDInvalid         // E001100

	EmailInvalid       = fault.EmailInvalid       // E002001
	EmailExists        = fault.EmailExists        // E002002
	EmailTooLong       = fault.EmailTooLong       // E002003
	EmailHasWhitespace = fault.EmailHasWhitespace // E002004
	EmailMissing       = fault.EmailMissing       // E002005

	PasswordInvalid  = fault.PasswordInvalid  // E003001
	PasswordTooShort = fault.PasswordTooShort // E003002
	PasswordTooLong  = fault.PasswordTooLong  // E003003

	PasswordNotComplexEnough = fault.PasswordNotComplexEnough // E003008

	AppListInvalid  = fault.AppListInvalid  // E004001
	AppListNoSignup = fault.AppListNoSignup // E004002

	PasswordExpired      = fault.PasswordExpired      // E003004
	PasswordWillExpire   = fault.PasswordWillExpire   // W003005: a warning
	PasswordAboutExpired = fault.PasswordAboutExpired // E003006
	PasswordMustChange   = fault.PasswordMustChange   // E003007

	NotAllowed        = fault.NotAllowed        // E005001: replaces every code that callers must not learn
	Locked            = fault.Locked            // E005002
	NotConfirmed      = fault.NotConfirmed      // E005003
	NotApproved       = fault.NotApproved       // E005004
	SuperUserRequired = fault.SuperUserRequired // E005005
	NoSuchSignupToken = fault.NoSuchSignupToken // E005006
	SignupConfirmed   = fault.SignupConfirmed   // E005007

	InvalidOperation = fault.InvalidOperation // E008001
	InvalidInput     = fault.InvalidInput     // E008002
	MissingInput     = fault.MissingInput     // E008003
	InternalError    = fault.InternalError    // E008004

	RateLimited         = fault.RateLimited         // E901001
	Busy                = fault.Busy                // E901002
	IdempotencyConflict = fault.IdempotencyConflict // E901003
)
