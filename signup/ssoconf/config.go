// Package ssoconf reads an sso.conf, the configuration of Zato SSO and of this
// engine. Parse returns a Config with every default filled in, and a notice for
// each line that may not do what its author meant.
package ssoconf

// Config holds the rules of sign-ups: the values of an sso.conf, with every
// default filled in. Parse creates it. It is read-only.
//
// Fields are named after their keys. Lengths are in code points unless a name
// says otherwise.
type Config struct {
	Main           Main
	HashSecret     HashSecret
	Apps           Apps
	Password       Password
	Signup         Signup
	UserValidation UserValidation
	Login          Login
	Enrol          Enrol
	Services       []ServiceURL // the section [enrol_services]
	Pages          Pages
}

// Main is the section [main].
type Main struct {
	EncryptEmail    bool   // seal e-mail addresses at rest
	EncryptPassword bool   // seal password hashes at rest
	SMTPConn        string // name of the SMTP connection, or the URL of an SMTP server; may be empty
	SiteName        string
	EmailService    string // name or URL of the service that sends messages, may be empty
}

// HashSecret is the section [hash_secret]: PBKDF2-SHA512, for
// enrol.password_hash=pbkdf2-sha512.
type HashSecret struct {
	Rounds   int // 1,000 to 10,000,000
	SaltSize int // bytes, 16 to 1,024
}

// Apps is the section [apps].
type Apps struct {
	All                []string
	SignupAllowed      []string // empty: nobody can sign up
	LoginAllowed       []string
	Default            string // the current_app of a request without one, may be empty
	InformIfAppInvalid bool
	HTTPHeader         string
}

// Password is the section [password].
type Password struct {
	Expiry                 int // days; 0 means never
	MinLength              int
	MaxLength              int // at most 1,024
	MinComplexity          int // zxcvbn score 0 to 4, 0 turns it off; 4 by default, as in the code of Zato 3.2
	MinComplexityAlgorithm string
	RejectList             []string // refused as substrings, case-insensitive
	InformIfInvalid        bool
	InformIfExpired        bool
	InformIfAboutToExpire  bool
	InformIfMustBeChanged  bool
	AboutToExpireThreshold int  // days before expiry
	LogInIfAboutToExpire   bool // about to expire is a warning, not an error
}

// Signup is the section [signup].
type Signup struct {
	InformIfUserExists       bool
	InformIfUserInvalid      bool
	InformIfEmailExists      bool
	InformIfEmailInvalid     bool
	MaxLengthUsername        int // at most 256
	MaxLengthEmail           int // at most 254
	PasswordAllowWhitespace  bool
	AlwaysReturnConfirmToken bool
	IsEmailRequired          bool
	IsApprovalNeeded         bool
	CallbackServiceList      []string // names or URLs, at most 8
	Confirm                  Mail
	Welcome                  Mail
}

// Mail configures one kind of message: the keys signup.email_confirm_… or
// signup.email_welcome_….
type Mail struct {
	Enabled  bool
	From     string
	Cc       []string
	Bcc      []string
	Template string // a file name, which only the message service reads
}

// Login holds the keys of the section [login] that verify uses.
type Login struct {
	InformIfLocked       bool
	InformIfNotConfirmed bool
	InformIfNotApproved  bool
}

// UserValidation is the section [user_validation].
type UserValidation struct {
	Service        []string // names or URLs, at most 8, in order
	RejectUsername []string // refused case-insensitively, as substrings unless Enrol.RejectMatch says otherwise
	RejectEmail    []string
}

// Enrol is the section [enrol]: the settings that the original does not have.
type Enrol struct {
	PasswordHash      string // "argon2id" or "pbkdf2-sha512"
	Argon2Memory      int    // KiB, 8,192 to 1,048,576
	Argon2Iterations  int    // 1 to 100
	Argon2Parallelism int    // 1 to 16
	ConfirmWithin     int    // minutes, 1 to 525,600
	// The most calls of an operation that one client address may make through
	// one application in an hour: 0 to 1,000,000, where 0 means no limit.
	RateSignup, RateConfirm, RateResend, RateVerify int

	// BindApps makes the lists of applications binding. An account logs in only
	// through the applications in its app_list and the one that it signed up
	// through. A token is confirmed and resent only through the latter. Nobody
	// signs up to an application that is not in apps.signup_allowed.
	BindApps bool

	// Wrong passwords in a row for one account. After VerifySlowAfter (0 to
	// 100) the next tries must wait for up to an hour, after VerifyStopAfter (0
	// to 1,000) for days. 0 turns either off. See signup/guesses.go.
	VerifySlowAfter, VerifyStopAfter int

	// The most messages to one address in a day, and the seconds between two; 0
	// means no limit.
	MessageDailyCap, MessageCooldown int

	ResendCooldown int // seconds between two messages with a token, 0 to 86,400

	// ConfirmRequiresPassword makes confirm require the password too. Without
	// it, the owner of an address who follows a link that they did not ask for
	// activates a stranger's password.
	ConfirmRequiresPassword bool

	// BlockCommonPasswords refuses a password that is, as a whole and
	// case-insensitively, one of zxcvbn's 30,000 common passwords or one of the
	// first 3,000 words of its other lists.
	BlockCommonPasswords bool

	// UsernameCharacters says which characters a username may have.
	// UsernameIdentifier allows letters, marks and digits of one script with .
	// _ - + between them, UsernamePrecis what RFC 8265 allows.
	// UsernameMinLength is 1 to 64 code points, and has no effect with
	// UsernamePrecis.
	UsernameCharacters string
	UsernameMinLength  int

	// UsernameMayBeEmail allows a username that is the account's own e-mail
	// address. A request without an email uses it as its email. A claim does
	// not reserve such a name: it belongs to the account that confirms the
	// address. See signup/username_address.go.
	UsernameMayBeEmail bool

	// BlockPersonalPasswords refuses a password that is little more than the
	// account's own username, address, names or applications. See
	// signup/internal/password/personal.go.
	BlockPersonalPasswords bool

	// RejectMatch says how keywords of reject_username and reject_email match:
	// RejectSubstring anywhere, RejectLabel only as whole labels, which are
	// runs of letters and digits. The reject list of passwords always matches
	// substrings.
	RejectMatch string

	IdempotencyHours int // how long an answer is kept for repeated requests, 1 to 720

	// UnknownFields is what the HTTP front does with a member of a body that no
	// operation knows: "refuse" or "ignore". The core itself always refuses
	// unknown members.
	UnknownFields string

	// PublicURL is where the public pages are; links in mails lead there.
	// Language is the language of the mails; it is one of Languages.
	// Only hosts read these and the next ones.
	PublicURL, Language string

	// MailTemplates is the folder of templates of mails. SMTPPasswordFile is the
	// file of the password for main.smtp_conn, if that is a URL. DKIMDomain,
	// DKIMSelector and DKIMKeyFile are what mails are signed with.
	MailTemplates, SMTPPasswordFile       string
	DKIMDomain, DKIMSelector, DKIMKeyFile string

	// PublicOrigins are the origins whose scripts may call the JSON API of the
	// public pages. PageTemplates is the folder of templates of those pages.
	PublicOrigins []string
	PageTemplates string

	// PlainHTTPHosts are the hosts of services that may be called over http: names
	// and addresses as URLs have them. By default, only this machine is called so.
	PlainHTTPHosts []string

	// Buckets is the number of lists into which a new store spreads the keys
	// that are ordered by time: 1 on a single node, 16 on a distributed
	// database. A store keeps the number that it was created with.
	Buckets int
}

// Names of the built-in validation service in user_validation.service.
const (
	ValidateService    = "zato.sso.signup.validate"
	ValidateServiceOld = "zato.sso.user.validate"
)

// English is the default of enrol.language.
const English = "en"

// Languages returns the values of enrol.language, as BCP 47 tags: those that hosts
// have texts in.
func Languages() []string { return []string{English, "de", "es", "fr", "ja", "pl", "pt-BR"} }

// Values of enrol.unknown_fields.
const (
	RefuseUnknown = "refuse"
	IgnoreUnknown = "ignore"
)

// Values of enrol.reject_match.
const (
	RejectSubstring = "substring"
	RejectLabel     = "label"
)

// Values of enrol.username_characters.
const (
	UsernameIdentifier = "identifier"
	UsernamePrecis     = "precis"
)
