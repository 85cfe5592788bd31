package signup

// Config says how signups are decided. It is what an sso.conf says, with every
// default filled in; ParseConfig makes one. It is read-only from then on.
//
// Fields carry the names of the keys they come from. Lengths are in code
// points unless a name says otherwise.
type Config struct {
	Main           MainConfig
	HashSecret     HashSecretConfig
	Apps           AppsConfig
	Password       PasswordConfig
	Signup         SignupConfig
	UserValidation UserValidationConfig
	Login          LoginConfig
	Enrol          EnrolConfig
}

// MainConfig is the section [main].
type MainConfig struct {
	EncryptEmail    bool   // seal e-mail addresses at rest
	EncryptPassword bool   // seal password hashes at rest
	SMTPConn        string // name of the SMTP connection, may be empty
	SiteName        string
	EmailService    string // name or URL of the service that messages are handed to, may be empty
}

// HashSecretConfig is the section [hash_secret]: PBKDF2-SHA512, used where
// enrol.password_hash says so.
type HashSecretConfig struct {
	Rounds   int // 1,000 to 10,000,000
	SaltSize int // bytes, 16 to 1,024
}

// AppsConfig is the section [apps].
type AppsConfig struct {
	All                []string
	SignupAllowed      []string // empty: nobody can sign up
	LoginAllowed       []string
	Default            string // the current_app of a request that names none, may be empty
	InformIfAppInvalid bool
	HTTPHeader         string
}

// PasswordConfig is the section [password].
type PasswordConfig struct {
	Expiry                 int // days; 0 means never
	MinLength              int
	MaxLength              int // at most 1,024
	MinComplexity          int // zxcvbn score 0 to 4, 0 switches it off
	MinComplexityAlgorithm string
	RejectList             []string // refused as substrings, whatever the case
	InformIfInvalid        bool
	InformIfExpired        bool
	InformIfAboutToExpire  bool
	InformIfMustBeChanged  bool
	AboutToExpireThreshold int  // days before expiry
	LogInIfAboutToExpire   bool // about to expire is a warning, not an error
}

// SignupConfig is the section [signup].
type SignupConfig struct {
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
	Confirm                  MailConfig
	Welcome                  MailConfig
}

// MailConfig is one kind of message, the keys signup.email_confirm_… or
// signup.email_welcome_….
type MailConfig struct {
	Enabled  bool
	From     string
	Cc       []string
	Bcc      []string
	Template string // a file name, which only the message service reads
}

// LoginConfig is what verify takes of the section [login].
type LoginConfig struct {
	InformIfLocked       bool
	InformIfNotConfirmed bool
	InformIfNotApproved  bool
}

// UserValidationConfig is the section [user_validation].
type UserValidationConfig struct {
	Service        []string // names or URLs, at most 8, in order
	RejectUsername []string // refused whatever the case, as substrings unless EnrolConfig.RejectMatch says otherwise
	RejectEmail    []string
}

// EnrolConfig is the section [enrol]: what the original does not have.
type EnrolConfig struct {
	PasswordHash      string // "argon2id" or "pbkdf2-sha512"
	Argon2Memory      int    // KiB, 8,192 to 1,048,576
	Argon2Iterations  int    // 1 to 100
	Argon2Parallelism int    // 1 to 16
	ConfirmWithin     int    // minutes, 1 to 525,600
	// How many of an operation one address may ask for through one
	// application, in an hour; 0 for no limit, at most 1,000,000.
	RateSignup, RateConfirm, RateResend, RateVerify int

	// Messages to one address: how many in a day, and how many seconds between
	// two; 0 for no bound.
	MessageDailyCap, MessageCooldown int

	ResendCooldown int // seconds between two messages with a token, 0 to 86,400

	// ConfirmRequiresPassword makes confirm ask for the password too, so that
	// the owner of an address cannot activate a stranger's password by
	// following a message that they did not ask for.
	ConfirmRequiresPassword bool

	// BlockCommonPasswords refuses a password that as a whole, whatever its
	// case, is one of zxcvbn's 30,000 common passwords or among the first 3,000
	// words of its other lists.
	BlockCommonPasswords bool

	// RejectMatch says where keywords of reject_username and reject_email are
	// looked for: RejectSubstring, anywhere, or RejectLabel, as whole labels,
	// which are runs of letters and digits. The reject list of passwords is
	// always one of substrings.
	RejectMatch string

	IdempotencyHours int // how long answers are kept for repetitions, 1 to 720

	// UnknownFields is what the HTTP front does with a member of a body that
	// no operation knows: "refuse" it or "ignore" it. Requests that reach the
	// core are always read strictly.
	UnknownFields string

	// Buckets over which a new store spreads the keys that are ordered by
	// time: 1 on a single node, 16 on a distributed database. The number that
	// a store was created with stays its own.
	Buckets int
}

// Names of the built-in validation service in user_validation.service.
const (
	ValidateService    = "zato.sso.signup.validate"
	ValidateServiceOld = "zato.sso.user.validate"
)

// What enrol.unknown_fields may say.
const (
	RefuseUnknown = "refuse"
	IgnoreUnknown = "ignore"
)
