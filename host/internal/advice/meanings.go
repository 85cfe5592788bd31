package advice

import "github.com/enrol-sso/enrol/signup/ssoconf"

// meaningOf returns the meaning of a setting.
func meaningOf(s ssoconf.Setting) string {
	if s.Section == "enrol_services" {
		return "The URL of the service, or the SMTP connection, with this name."
	}
	if isAboutPages(s) {
		return meanings["enrol_pages."+s.Name]
	}
	return meanings[s.Path()]
}

// meanings has the meaning of each key of an sso.conf, in one sentence with
// units.
var meanings = map[string]string{
	"main.encrypt_email":    "E-mail addresses are sealed in the store.",
	"main.encrypt_password": "Password hashes are sealed in the store, so that nobody can try passwords on them without the secret key.",
	"main.smtp_conn":        "The URL of the SMTP server that sends mails, or the name of a connection in enrol_services; empty for none.",
	"main.site_name":        "The name of the site, for messages.",
	"main.email_service":    "The name or URL of the message service; with neither this nor smtp_conn, no message is sent.",

	"hash_secret.rounds":    "The number of rounds, if enrol.password_hash is pbkdf2-sha512.",
	"hash_secret.salt_size": "The number of bytes of salt, if enrol.password_hash is pbkdf2-sha512.",

	"apps.all":                    "All applications.",
	"apps.signup_allowed":         "The applications through which users can sign up; with none, nobody can sign up.",
	"apps.login_allowed":          "The applications through which users can log in.",
	"apps.login_metadata_allowed": "Belongs to the original's logins and has no effect here.",
	"apps.default":                "The application of a request that names none; empty to refuse such requests.",
	"apps.inform_if_app_invalid":  "Discloses that an application is unknown or closed to sign-ups, instead of E005001.",
	"apps.http_header":            "The HTTP header in which callers can name their application; empty for none.",

	"password.expiry":                    "The number of days after which a password expires; 0 for never.",
	"password.min_length":                "The minimum length of a password, in code points after normalisation.",
	"password.max_length":                "The maximum length of a password, in code points after normalisation.",
	"password.min_complexity":            "The minimum zxcvbn score of a password, 0 to 4; 0 for any.",
	"password.min_complexity_algorithm":  "The algorithm of the score.",
	"password.reject_list":               "A password is refused if it contains one of these, in any case.",
	"password.inform_if_invalid":         "Discloses why a password is refused, instead of E005001.",
	"password.inform_if_expired":         "verify discloses that a password has expired, instead of E005001.",
	"password.inform_if_about_to_expire": "verify discloses that a password is about to expire, instead of E005001.",
	"password.inform_if_must_be_changed": "verify discloses that a password must be changed, instead of E005001.",
	"password.about_to_expire_threshold": "The number of days before its expiry from which a password is about to expire.",
	"password.log_in_if_about_to_expire": "A password that is about to expire is still accepted, with a warning.",

	"signup.inform_if_user_exists":       "Discloses that a username is taken.",
	"signup.inform_if_user_invalid":      "Discloses why a username is invalid, instead of E005001.",
	"signup.inform_if_email_exists":      "Discloses that an e-mail address has an account.",
	"signup.inform_if_email_invalid":     "Discloses why an e-mail address is invalid, instead of E005001.",
	"signup.max_length_username":         "The maximum length of a username, in code points after composition.",
	"signup.max_length_email":            "The maximum length of an e-mail address, in code points as typed; its standards add limits in bytes.",
	"signup.password_allow_whitespace":   "Passwords may contain spaces and other white space.",
	"signup.always_return_confirm_token": "A taken username or address gets the same answer as a free one, with a token, unless an inform_if_…_exists key is True.",
	"signup.is_email_required":           "Nobody can sign up without an e-mail address.",
	"signup.email_required":              "An old name of is_email_required, which takes precedence.",
	"signup.is_approval_needed":          "A confirmed account waits until a super-user approves it.",
	"signup.callback_service_list":       "The names or URLs of callback services, which receive each new account at least once.",

	"signup.email_confirm_enabled":  "A message with the confirm token goes to the address.",
	"signup.email_confirm_from":     "The sender of messages with a confirm token.",
	"signup.email_confirm_cc":       "Who gets a copy of messages with a confirm token.",
	"signup.email_confirm_bcc":      "Who gets a blind copy of messages with a confirm token.",
	"signup.email_confirm_template": "The name of the file with the text of messages with a confirm token, for the service that writes them.",
	"signup.email_welcome_enabled":  "A welcome message goes out once the owner of an account can log in.",
	"signup.email_welcome_from":     "The sender of welcome messages.",
	"signup.email_welcome_cc":       "Who gets a copy of welcome messages.",
	"signup.email_welcome_bcc":      "Who gets a blind copy of welcome messages.",
	"signup.email_welcome_template": "The name of the file with the text of welcome messages, for the service that writes them.",

	"user_validation.service":         "The validation services of an account, in order; zato.sso.signup.validate stands for the rules of this file.",
	"user_validation.reject_username": "A username is refused if it contains one of these, in any case.",
	"user_validation.reject_email":    "An e-mail address is refused if it contains one of these, in any case; @x.example is exactly that domain, .x.example its subdomains.",

	"login.inform_if_locked":        "verify discloses that an account is locked, instead of E005001.",
	"login.inform_if_not_confirmed": "verify discloses that an account is not confirmed yet, instead of E005001.",
	"login.inform_if_not_approved":  "verify discloses that an account is not approved yet, instead of E005001.",

	"enrol.password_hash":             "The password hash: argon2id, or pbkdf2-sha512 with the values of hash_secret.",
	"enrol.argon2_memory":             "The memory of argon2id for one password, in KiB.",
	"enrol.argon2_iterations":         "The number of passes of argon2id.",
	"enrol.argon2_parallelism":        "The number of lanes of argon2id.",
	"enrol.block_common_passwords":    "A password is refused if all of it is one of the most common ones.",
	"enrol.username_characters":       "The characters of a username: identifier (letters, marks and digits of one script with . _ - + between them) or precis (whatever RFC 8265 allows).",
	"enrol.username_min_length":       "The minimum length of a username, in code points; no effect with username_characters=precis.",
	"enrol.username_may_be_email":     "A username can be the account's own e-mail address. Nobody reserves such a name: the account that confirms the address owns it.",
	"enrol.block_personal_passwords":  "A password is refused if it contains little more than the account's own username, address, names or applications.",
	"enrol.confirm_within":            "The number of minutes after which an unconfirmed account expires.",
	"enrol.confirm_requires_password": "Confirming requires the password in addition to the token, so that following a link in a message is not enough.",
	"enrol.resend_cooldown":           "The minimum number of seconds between two messages with a token to one account.",
	"enrol.message_daily_cap":         "The maximum number of messages to one address per day; 0 for no limit.",
	"enrol.message_cooldown":          "The minimum number of seconds between two messages to one address; 0 for no limit.",
	"enrol.rate_signup":               "How often per hour one client address may sign up through one application; 0 for no limit.",
	"enrol.rate_confirm":              "How often per hour one client address may confirm through one application; 0 for no limit.",
	"enrol.rate_resend":               "How often per hour one client address may request another token through one application; 0 for no limit.",
	"enrol.rate_verify":               "How often per hour one client address may verify a password through one application; 0 for no limit.",
	"enrol.verify_slow_after":         "The number of wrong passwords in a row for one account after which further ones wait, from 30 seconds up to an hour; 0 for never.",
	"enrol.verify_stop_after":         "The number of wrong passwords in a row for one account after which further ones wait, from a day up to 30 days, and its owner gets a message; 0 for never. Unknown networks together have half of it, each of the five known ones a tenth, at least 1.",
	"enrol.bind_apps":                 "Accounts log in only through the applications of their app_list, and tokens confirm only through the application that their account signed up through.",
	"enrol.idempotency_hours":         "The number of hours for which the answer to a request with an idempotency_key is kept.",
	"enrol.public_url":                "The URL of the public pages, to which links in mails lead; empty for mails without links.",
	"enrol.language":                  "The language of mails.",
	"enrol.mail_templates":            "The folder of templates that replace the built-in texts of mails, relative to the sso.conf; empty for none.",
	"enrol.smtp_password_file":        "The file, of mode 0600, of the password for smtp_conn, relative to the sso.conf; ENROL_SMTP_PASSWORD can hold it instead.",
	"enrol.dkim_domain":               "The domain that mails are signed for with DKIM; empty for no signature.",
	"enrol.dkim_selector":             "The selector of the DKIM key in the DNS.",
	"enrol.dkim_key_file":             "The file, of mode 0600, of the private DKIM key in PEM, relative to the sso.conf.",
	"enrol.public_origins":            "The origins, such as https://app.example.com, whose scripts may call the JSON API of the public pages.",
	"enrol.plain_http_hosts":          "The hosts, such as callbacks.internal, of services that may be called over http: anyone on the network between can read and answer those calls.",
	"enrol.page_templates":            "The folder of templates that replace the built-in ones of the public pages, relative to the sso.conf; empty for none.",
	"enrol.unknown_fields":            "Whether the HTTP front refuses (refuse) or ignores (ignore) unknown members of a body.",
	"enrol.reject_match":              "How keywords of reject_username and reject_email match: anywhere (substring), or only whole runs of letters and digits (label).",
	"enrol.buckets":                   "The number of ranges over which a new store spreads keys that are ordered by time: 1 on a single node, 16 on a distributed database.",

	"enrol_pages.name":          "The name of the site on the public pages; main.site_name if empty.",
	"enrol_pages.logo":          "The file of the logo, as SVG, PNG or WebP, relative to the sso.conf; empty for none.",
	"enrol_pages.color":         "The colour of buttons, as rrggbb in hexadecimal digits; empty for blue.",
	"enrol_pages.terms":         "The URL of the terms; empty for no link.",
	"enrol_pages.privacy":       "The URL of the privacy notice; empty for no link.",
	"enrol_pages.stylesheet":    "The file of a stylesheet in addition to the built-in one, relative to the sso.conf; empty for none.",
	"enrol_pages.after_confirm": "The URLs to go on to after confirming: the first one, unless the link to the page asks for another one of them.",
}

// Meaning returns the meaning of a key, by its path such as "password.min_length".
func Meaning(path string) string { return meanings[path] }
