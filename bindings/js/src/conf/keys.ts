// The sections and keys of a configuration. Written from the tables of the core: go run ./host/internal/conftypes

/** The section `main` of a configuration. */
export interface MainConf {
  /**
   * E-mail addresses are sealed in the store.
   * @default true
   */
  encryptEmail?: boolean | undefined;
  /**
   * Password hashes are sealed in the store, so that nobody can try passwords on them without the secret key.
   * @default true
   */
  encryptPassword?: boolean | undefined;
  /**
   * The URL of the SMTP server that sends mails, or the name of a connection in `enrolServices`; empty for none.
   * @default ""
   */
  smtpConn?: string | undefined;
  /**
   * The name of the site, for messages.
   * @default ""
   */
  siteName?: string | undefined;
  /**
   * The name or URL of the message service; with neither this nor `smtpConn`, no message is sent.
   * @default ""
   */
  emailService?: string | undefined;
}

/** The section `hashSecret` of a configuration. */
export interface HashSecretConf {
  /**
   * The number of rounds, if `enrol.passwordHash` is pbkdf2-sha512.
   * A whole number from 1000 to 10000000.
   * @default 120000
   */
  rounds?: number | undefined;
  /**
   * The number of bytes of salt, if `enrol.passwordHash` is pbkdf2-sha512.
   * A whole number from 16 to 1024.
   * @default 64
   */
  saltSize?: number | undefined;
}

/** The section `apps` of a configuration. */
export interface AppsConf {
  /**
   * All applications.
   * @default ["CRM"]
   */
  all?: readonly string[] | undefined;
  /**
   * The applications through which users can sign up; with none, nobody can sign up.
   * @default []
   */
  signupAllowed?: readonly string[] | undefined;
  /**
   * The applications through which users can log in.
   * @default ["CRM"]
   */
  loginAllowed?: readonly string[] | undefined;
  /**
   * The application of a request that names none; empty to refuse such requests.
   * @default "CRM"
   */
  default?: string | undefined;
  /**
   * Discloses that an application is unknown or closed to sign-ups, instead of E005001.
   * @default true
   */
  informIfAppInvalid?: boolean | undefined;
  /**
   * The HTTP header in which callers can name their application; empty for none.
   * @default "X-Zato-SSO-Current-App"
   */
  httpHeader?: string | undefined;
}

/** The section `password` of a configuration. */
export interface PasswordConf {
  /**
   * The number of days after which a password expires; 0 for never.
   * A whole number from 0 to 36500.
   * @default 730
   */
  expiry?: number | undefined;
  /**
   * The minimum length of a password, in code points after normalisation.
   * A whole number from 0 to 1024.
   * @default 8
   */
  minLength?: number | undefined;
  /**
   * The maximum length of a password, in code points after normalisation.
   * A whole number from 1 to 1024.
   * @default 256
   */
  maxLength?: number | undefined;
  /**
   * The minimum zxcvbn score of a password, 0 to 4; 0 for any.
   * A whole number from 0 to 4.
   * @default 4
   */
  minComplexity?: number | undefined;
  /**
   * The algorithm of the score.
   * @default "zxcvbn"
   */
  minComplexityAlgorithm?: "zxcvbn" | undefined;
  /**
   * A password is refused if it contains one of these, in any case.
   * @default ["111111", "123123", "123321", "123456", "123qwe", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t", "222222", "333333", "444444", "555555", "654321", "666666", "777777", "888888", "999999", "987654321", "google", "letmein", "mynoob", "password", "qwerty", "zxcvbnm"]
   */
  rejectList?: readonly string[] | undefined;
  /**
   * Discloses why a password is refused, instead of E005001.
   * @default true
   */
  informIfInvalid?: boolean | undefined;
  /**
   * verify discloses that a password has expired, instead of E005001.
   * @default false
   */
  informIfExpired?: boolean | undefined;
  /**
   * verify discloses that a password is about to expire, instead of E005001.
   * @default false
   */
  informIfAboutToExpire?: boolean | undefined;
  /**
   * verify discloses that a password must be changed, instead of E005001.
   * @default false
   */
  informIfMustBeChanged?: boolean | undefined;
  /**
   * The number of days before its expiry from which a password is about to expire.
   * A whole number from 0 to 36500.
   * @default 30
   */
  aboutToExpireThreshold?: number | undefined;
  /**
   * A password that is about to expire is still accepted, with a warning.
   * @default true
   */
  logInIfAboutToExpire?: boolean | undefined;
}

/** The section `signup` of a configuration. */
export interface SignupConf {
  /**
   * Discloses that a username is taken.
   * @default false
   */
  informIfUserExists?: boolean | undefined;
  /**
   * Discloses why a username is invalid, instead of E005001.
   * @default false
   */
  informIfUserInvalid?: boolean | undefined;
  /**
   * Discloses that an e-mail address has an account.
   * @default false
   */
  informIfEmailExists?: boolean | undefined;
  /**
   * Discloses why an e-mail address is invalid, instead of E005001.
   * @default false
   */
  informIfEmailInvalid?: boolean | undefined;
  /**
   * The maximum length of a username, in code points after composition.
   * A whole number from 1 to 256.
   * @default 128
   */
  maxLengthUsername?: number | undefined;
  /**
   * The maximum length of an e-mail address, in code points as typed; its standards add limits in bytes.
   * A whole number from 1 to 254.
   * @default 128
   */
  maxLengthEmail?: number | undefined;
  /**
   * Passwords may contain spaces and other white space.
   * @default true
   */
  passwordAllowWhitespace?: boolean | undefined;
  /**
   * A taken username or address gets the same answer as a free one, with a token, unless an `informIf…Exists` key is true.
   * @default true
   */
  alwaysReturnConfirmToken?: boolean | undefined;
  /**
   * Nobody can sign up without an e-mail address.
   * @default true
   */
  isEmailRequired?: boolean | undefined;
  /**
   * A confirmed account waits until a super-user approves it.
   * @default true
   */
  isApprovalNeeded?: boolean | undefined;
  /**
   * The names or URLs of callback services, which receive each new account at least once.
   * @default []
   */
  callbackServiceList?: readonly string[] | undefined;
  /**
   * A message with the confirm token goes to the address.
   * @default true
   */
  emailConfirmEnabled?: boolean | undefined;
  /**
   * The sender of messages with a confirm token.
   * @default "confirm@example.com"
   */
  emailConfirmFrom?: string | undefined;
  /**
   * Who gets a copy of messages with a confirm token.
   * @default []
   */
  emailConfirmCc?: readonly string[] | undefined;
  /**
   * Who gets a blind copy of messages with a confirm token.
   * @default []
   */
  emailConfirmBcc?: readonly string[] | undefined;
  /**
   * The name of the file with the text of messages with a confirm token, for the service that writes them.
   * @default "sso-confirm.txt"
   */
  emailConfirmTemplate?: string | undefined;
  /**
   * A welcome message goes out once the owner of an account can log in.
   * @default true
   */
  emailWelcomeEnabled?: boolean | undefined;
  /**
   * The sender of welcome messages.
   * @default "welcome@example.com"
   */
  emailWelcomeFrom?: string | undefined;
  /**
   * Who gets a copy of welcome messages.
   * @default []
   */
  emailWelcomeCc?: readonly string[] | undefined;
  /**
   * Who gets a blind copy of welcome messages.
   * @default []
   */
  emailWelcomeBcc?: readonly string[] | undefined;
  /**
   * The name of the file with the text of welcome messages, for the service that writes them.
   * @default "sso-welcome.txt"
   */
  emailWelcomeTemplate?: string | undefined;
}

/** The section `userValidation` of a configuration. */
export interface UserValidationConf {
  /**
   * The validation services of an account, in order; zato.sso.signup.validate stands for the rules of this file.
   * @default ["zato.sso.signup.validate"]
   */
  service?: readonly string[] | undefined;
  /**
   * A username is refused if it contains one of these, in any case.
   * @default ["zato", "admin", "root", "system", "sso"]
   */
  rejectUsername?: readonly string[] | undefined;
  /**
   * An e-mail address is refused if it contains one of these, in any case; @x.example is exactly that domain, .x.example its subdomains.
   * @default ["zato", "admin", "root", "system", "sso"]
   */
  rejectEmail?: readonly string[] | undefined;
}

/** The section `login` of a configuration. */
export interface LoginConf {
  /**
   * verify discloses that an account is locked, instead of E005001.
   * @default false
   */
  informIfLocked?: boolean | undefined;
  /**
   * verify discloses that an account is not confirmed yet, instead of E005001.
   * @default false
   */
  informIfNotConfirmed?: boolean | undefined;
  /**
   * verify discloses that an account is not approved yet, instead of E005001.
   * @default false
   */
  informIfNotApproved?: boolean | undefined;
}

/** The section `enrol` of a configuration. */
export interface EnrolConf {
  /**
   * The password hash: argon2id, or pbkdf2-sha512 with the values of `hashSecret`.
   * @default "argon2id"
   */
  passwordHash?: "argon2id" | "pbkdf2-sha512" | undefined;
  /**
   * The memory of argon2id for one password, in KiB.
   * A whole number from 8192 to 1048576.
   * @default 19456
   */
  argon2Memory?: number | undefined;
  /**
   * The number of passes of argon2id.
   * A whole number from 1 to 100.
   * @default 2
   */
  argon2Iterations?: number | undefined;
  /**
   * The number of lanes of argon2id.
   * A whole number from 1 to 16.
   * @default 1
   */
  argon2Parallelism?: number | undefined;
  /**
   * The number of minutes after which an unconfirmed account expires.
   * A whole number from 1 to 525600.
   * @default 1440
   */
  confirmWithin?: number | undefined;
  /**
   * The number of ranges over which a new store spreads keys that are ordered by time: 1 on a single node, 16 on a distributed database.
   * A whole number from 1 to 64.
   * @default 1
   */
  buckets?: number | undefined;
  /**
   * The number of hours for which the answer to a request with an `idempotencyKey` is kept.
   * A whole number from 1 to 720.
   * @default 24
   */
  idempotencyHours?: number | undefined;
  /**
   * Confirming requires the password in addition to the token, so that following a link in a message is not enough.
   * @default false
   */
  confirmRequiresPassword?: boolean | undefined;
  /**
   * A password is refused if all of it is one of the most common ones.
   * @default false
   */
  blockCommonPasswords?: boolean | undefined;
  /**
   * The characters of a username: identifier (letters, marks and digits of one script with . _ - + between them) or precis (whatever RFC 8265 allows).
   * @default "identifier"
   */
  usernameCharacters?: "identifier" | "precis" | undefined;
  /**
   * The minimum length of a username, in code points; no effect with `usernameCharacters`=precis.
   * A whole number from 1 to 64.
   * @default 2
   */
  usernameMinLength?: number | undefined;
  /**
   * A username can be the account's own e-mail address. Nobody reserves such a name: the account that confirms the address owns it.
   * @default false
   */
  usernameMayBeEmail?: boolean | undefined;
  /**
   * A password is refused if it contains little more than the account's own username, address, names or applications.
   * @default true
   */
  blockPersonalPasswords?: boolean | undefined;
  /**
   * How often per hour one client address may sign up through one application; 0 for no limit.
   * A whole number from 0 to 1000000.
   * @default 0
   */
  rateSignup?: number | undefined;
  /**
   * How often per hour one client address may confirm through one application; 0 for no limit.
   * A whole number from 0 to 1000000.
   * @default 0
   */
  rateConfirm?: number | undefined;
  /**
   * How often per hour one client address may request another token through one application; 0 for no limit.
   * A whole number from 0 to 1000000.
   * @default 0
   */
  rateResend?: number | undefined;
  /**
   * How often per hour one client address may verify a password through one application; 0 for no limit.
   * A whole number from 0 to 1000000.
   * @default 0
   */
  rateVerify?: number | undefined;
  /**
   * The number of wrong passwords in a row for one account after which further ones wait, from 30 seconds up to an hour; 0 for never.
   * A whole number from 0 to 100.
   * @default 10
   */
  verifySlowAfter?: number | undefined;
  /**
   * The number of wrong passwords in a row for one account after which further ones wait, from a day up to 30 days, and its owner gets a message; 0 for never. Unknown networks together have half of it, each of the five known ones a tenth, at least 1.
   * A whole number from 0 to 1000.
   * @default 100
   */
  verifyStopAfter?: number | undefined;
  /**
   * Accounts log in only through the applications of their `appList`, and tokens confirm only through the application that their account signed up through.
   * @default false
   */
  bindApps?: boolean | undefined;
  /**
   * The maximum number of messages to one address per day; 0 for no limit.
   * A whole number from 0 to 10000.
   * @default 20
   */
  messageDailyCap?: number | undefined;
  /**
   * The minimum number of seconds between two messages to one address; 0 for no limit.
   * A whole number from 0 to 86400.
   * @default 5
   */
  messageCooldown?: number | undefined;
  /**
   * The minimum number of seconds between two messages with a token to one account.
   * A whole number from 0 to 86400.
   * @default 60
   */
  resendCooldown?: number | undefined;
  /**
   * The URL of the public pages, to which links in mails lead; empty for mails without links.
   * @default ""
   */
  publicUrl?: string | undefined;
  /**
   * The language of mails.
   * @default "en"
   */
  language?: "en" | "de" | "es" | "fr" | "ja" | "pl" | "pt-BR" | undefined;
  /**
   * The folder of templates that replace the built-in texts of mails, relative to the sso.conf; empty for none.
   * @default ""
   */
  mailTemplates?: string | undefined;
  /**
   * The origins, such as https://app.example.com, whose scripts may call the JSON API of the public pages.
   * @default []
   */
  publicOrigins?: readonly string[] | undefined;
  /**
   * The hosts, such as callbacks.internal, of services that may be called over http: anyone on the network between can read and answer those calls.
   * @default []
   */
  plainHttpHosts?: readonly string[] | undefined;
  /**
   * The folder of templates that replace the built-in ones of the public pages, relative to the sso.conf; empty for none.
   * @default ""
   */
  pageTemplates?: string | undefined;
  /**
   * The file, of mode 0600, of the password for `smtpConn`, relative to the sso.conf; ENROL_SMTP_PASSWORD can hold it instead.
   * @default ""
   */
  smtpPasswordFile?: string | undefined;
  /**
   * The domain that mails are signed for with DKIM; empty for no signature.
   * @default ""
   */
  dkimDomain?: string | undefined;
  /**
   * The selector of the DKIM key in the DNS.
   * @default ""
   */
  dkimSelector?: string | undefined;
  /**
   * The file, of mode 0600, of the private DKIM key in PEM, relative to the sso.conf.
   * @default ""
   */
  dkimKeyFile?: string | undefined;
  /**
   * Whether the HTTP front refuses (refuse) or ignores (ignore) unknown members of a body.
   * @default "refuse"
   */
  unknownFields?: "refuse" | "ignore" | undefined;
  /**
   * How keywords of `rejectUsername` and `rejectEmail` match: anywhere (substring), or only whole runs of letters and digits (label).
   * @default "substring"
   */
  rejectMatch?: "substring" | "label" | undefined;
}

/** The section `enrolPages` of a configuration. */
export interface EnrolPagesConf {
  /**
   * The name of the site on the public pages; `main.siteName` if empty.
   * @default ""
   */
  name?: string | undefined;
  /**
   * The file of the logo, as SVG, PNG or WebP, relative to the sso.conf; empty for none.
   * @default ""
   */
  logo?: string | undefined;
  /**
   * The colour of buttons, as rrggbb in hexadecimal digits; empty for blue.
   * @default ""
   */
  color?: string | undefined;
  /**
   * The URL of the terms; empty for no link.
   * @default ""
   */
  terms?: string | undefined;
  /**
   * The URL of the privacy notice; empty for no link.
   * @default ""
   */
  privacy?: string | undefined;
  /**
   * The file of a stylesheet in addition to the built-in one, relative to the sso.conf; empty for none.
   * @default ""
   */
  stylesheet?: string | undefined;
  /**
   * The URLs to go on to after confirming: the first one, unless the link to the page asks for another one of them.
   * @default []
   */
  afterConfirm?: readonly string[] | undefined;
}

/** What the value of each key may be, by section. */
export const KINDS = {
  main: {
    encryptEmail: "boolean",
    encryptPassword: "boolean",
    smtpConn: "text",
    siteName: "text",
    emailService: "text",
  },
  hashSecret: {
    rounds: "number",
    saltSize: "number",
  },
  apps: {
    all: "list",
    signupAllowed: "list",
    loginAllowed: "list",
    default: "text",
    informIfAppInvalid: "boolean",
    httpHeader: "text",
  },
  password: {
    expiry: "number",
    minLength: "number",
    maxLength: "number",
    minComplexity: "number",
    minComplexityAlgorithm: "choice",
    rejectList: "list",
    informIfInvalid: "boolean",
    informIfExpired: "boolean",
    informIfAboutToExpire: "boolean",
    informIfMustBeChanged: "boolean",
    aboutToExpireThreshold: "number",
    logInIfAboutToExpire: "boolean",
  },
  signup: {
    informIfUserExists: "boolean",
    informIfUserInvalid: "boolean",
    informIfEmailExists: "boolean",
    informIfEmailInvalid: "boolean",
    maxLengthUsername: "number",
    maxLengthEmail: "number",
    passwordAllowWhitespace: "boolean",
    alwaysReturnConfirmToken: "boolean",
    isEmailRequired: "boolean",
    isApprovalNeeded: "boolean",
    callbackServiceList: "list",
    emailConfirmEnabled: "boolean",
    emailConfirmFrom: "text",
    emailConfirmCc: "list",
    emailConfirmBcc: "list",
    emailConfirmTemplate: "text",
    emailWelcomeEnabled: "boolean",
    emailWelcomeFrom: "text",
    emailWelcomeCc: "list",
    emailWelcomeBcc: "list",
    emailWelcomeTemplate: "text",
  },
  userValidation: {
    service: "list",
    rejectUsername: "list",
    rejectEmail: "list",
  },
  login: {
    informIfLocked: "boolean",
    informIfNotConfirmed: "boolean",
    informIfNotApproved: "boolean",
  },
  enrol: {
    passwordHash: "choice",
    argon2Memory: "number",
    argon2Iterations: "number",
    argon2Parallelism: "number",
    confirmWithin: "number",
    buckets: "number",
    idempotencyHours: "number",
    confirmRequiresPassword: "boolean",
    blockCommonPasswords: "boolean",
    usernameCharacters: "choice",
    usernameMinLength: "number",
    usernameMayBeEmail: "boolean",
    blockPersonalPasswords: "boolean",
    rateSignup: "number",
    rateConfirm: "number",
    rateResend: "number",
    rateVerify: "number",
    verifySlowAfter: "number",
    verifyStopAfter: "number",
    bindApps: "boolean",
    messageDailyCap: "number",
    messageCooldown: "number",
    resendCooldown: "number",
    publicUrl: "text",
    language: "choice",
    mailTemplates: "text",
    publicOrigins: "list",
    plainHttpHosts: "list",
    pageTemplates: "text",
    smtpPasswordFile: "text",
    dkimDomain: "text",
    dkimSelector: "text",
    dkimKeyFile: "text",
    unknownFields: "choice",
    rejectMatch: "choice",
  },
  enrolPages: {
    name: "text",
    logo: "text",
    color: "text",
    terms: "text",
    privacy: "text",
    stylesheet: "text",
    afterConfirm: "list",
  },
} as const;
