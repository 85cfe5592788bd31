package ssoconf

import "github.com/enrol-sso/enrol/signup/internal/phc"

// configKey is a key that an sso.conf may have, and how its value is read.
type configKey struct {
	section string
	name    string
	value   configValue
}

// path returns the name of the key in messages.
func (k *configKey) path() string { return k.section + "." + k.name }

// configKeys returns every key of the sections that this engine uses. Their
// values are read into c, and the old name of is_email_required into
// emailRequired.
//
// The least memory of argon2 is more than the 8 KiB per thread that it needs
// with the most threads allowed here (RFC 9106, section 3.1).
func configKeys(c *Config, emailRequired *bool) []configKey {
	return append([]configKey{
		{"main", "encrypt_email", flagValue{&c.Main.EncryptEmail}},
		{"main", "encrypt_password", flagValue{&c.Main.EncryptPassword}},
		{"main", "smtp_conn", textValue{&c.Main.SMTPConn}},
		{"main", "site_name", textValue{&c.Main.SiteName}},
		{"main", "email_service", serviceValue{&c.Main.EmailService}},

		{"hash_secret", "rounds", numberValue{&c.HashSecret.Rounds, 1_000, 10_000_000}},
		{"hash_secret", "salt_size", numberValue{&c.HashSecret.SaltSize, 16, 1_024}},

		{"apps", "all", appList{&c.Apps.All}},
		{"apps", "signup_allowed", appList{&c.Apps.SignupAllowed}},
		{"apps", "login_allowed", appList{&c.Apps.LoginAllowed}},
		{"apps", "login_metadata_allowed", unusedValue{}},
		{"apps", "default", textValue{&c.Apps.Default}},
		{"apps", "inform_if_app_invalid", flagValue{&c.Apps.InformIfAppInvalid}},
		{"apps", "http_header", headerValue{&c.Apps.HTTPHeader}},

		{"password", "expiry", numberValue{&c.Password.Expiry, 0, 36_500}},
		{"password", "min_length", numberValue{&c.Password.MinLength, 0, 1_024}},
		{"password", "max_length", numberValue{&c.Password.MaxLength, 1, 1_024}},
		{"password", "min_complexity", numberValue{&c.Password.MinComplexity, 0, 4}},
		{"password", "min_complexity_algorithm", choiceValue{&c.Password.MinComplexityAlgorithm, []string{"zxcvbn"}}},
		{"password", "reject_list", keywordList{&c.Password.RejectList, nil}},
		{"password", "inform_if_invalid", flagValue{&c.Password.InformIfInvalid}},
		{"password", "inform_if_expired", flagValue{&c.Password.InformIfExpired}},
		{"password", "inform_if_about_to_expire", flagValue{&c.Password.InformIfAboutToExpire}},
		{"password", "inform_if_must_be_changed", flagValue{&c.Password.InformIfMustBeChanged}},
		{"password", "about_to_expire_threshold", numberValue{&c.Password.AboutToExpireThreshold, 0, 36_500}},
		{"password", "log_in_if_about_to_expire", flagValue{&c.Password.LogInIfAboutToExpire}},

		{"signup", "inform_if_user_exists", flagValue{&c.Signup.InformIfUserExists}},
		{"signup", "inform_if_user_invalid", flagValue{&c.Signup.InformIfUserInvalid}},
		{"signup", "inform_if_email_exists", flagValue{&c.Signup.InformIfEmailExists}},
		{"signup", "inform_if_email_invalid", flagValue{&c.Signup.InformIfEmailInvalid}},
		{"signup", "max_length_username", numberValue{&c.Signup.MaxLengthUsername, 1, 256}},
		{"signup", "max_length_email", numberValue{&c.Signup.MaxLengthEmail, 1, 254}},
		{"signup", "password_allow_whitespace", flagValue{&c.Signup.PasswordAllowWhitespace}},
		{"signup", "always_return_confirm_token", flagValue{&c.Signup.AlwaysReturnConfirmToken}},
		{"signup", "is_email_required", flagValue{&c.Signup.IsEmailRequired}},
		{"signup", "email_required", flagValue{emailRequired}},
		{"signup", "is_approval_needed", flagValue{&c.Signup.IsApprovalNeeded}},
		{"signup", "callback_service_list", serviceList{&c.Signup.CallbackServiceList}},
		{"signup", "email_confirm_enabled", flagValue{&c.Signup.Confirm.Enabled}},
		{"signup", "email_confirm_from", textValue{&c.Signup.Confirm.From}},
		{"signup", "email_confirm_cc", textList{&c.Signup.Confirm.Cc}},
		{"signup", "email_confirm_bcc", textList{&c.Signup.Confirm.Bcc}},
		{"signup", "email_confirm_template", textValue{&c.Signup.Confirm.Template}},
		{"signup", "email_welcome_enabled", flagValue{&c.Signup.Welcome.Enabled}},
		{"signup", "email_welcome_from", textValue{&c.Signup.Welcome.From}},
		{"signup", "email_welcome_cc", textList{&c.Signup.Welcome.Cc}},
		{"signup", "email_welcome_bcc", textList{&c.Signup.Welcome.Bcc}},
		{"signup", "email_welcome_template", textValue{&c.Signup.Welcome.Template}},

		{"user_validation", "service", serviceList{&c.UserValidation.Service}},
		{"user_validation", "reject_username", keywordList{&c.UserValidation.RejectUsername, usernameKeyword}},
		{"user_validation", "reject_email", keywordList{&c.UserValidation.RejectEmail, addressKeyword}},

		{"login", "inform_if_locked", flagValue{&c.Login.InformIfLocked}},
		{"login", "inform_if_not_confirmed", flagValue{&c.Login.InformIfNotConfirmed}},
		{"login", "inform_if_not_approved", flagValue{&c.Login.InformIfNotApproved}},

		{"enrol", "password_hash", choiceValue{&c.Enrol.PasswordHash, []string{phc.Argon2id, phc.PBKDF2SHA512}}},
		{"enrol", "argon2_memory", numberValue{&c.Enrol.Argon2Memory, 8_192, 1_048_576}},
		{"enrol", "argon2_iterations", numberValue{&c.Enrol.Argon2Iterations, 1, 100}},
		{"enrol", "argon2_parallelism", numberValue{&c.Enrol.Argon2Parallelism, 1, 16}},
		{"enrol", "confirm_within", numberValue{&c.Enrol.ConfirmWithin, 1, 525_600}},
		{"enrol", "buckets", numberValue{&c.Enrol.Buckets, 1, MaxBuckets}},
		{"enrol", "idempotency_hours", numberValue{&c.Enrol.IdempotencyHours, 1, 720}},
		{"enrol", "confirm_requires_password", flagValue{&c.Enrol.ConfirmRequiresPassword}},
		{"enrol", "block_common_passwords", flagValue{&c.Enrol.BlockCommonPasswords}},
		{"enrol", "username_characters", choiceValue{&c.Enrol.UsernameCharacters, []string{UsernameIdentifier, UsernamePrecis}}},
		{"enrol", "username_min_length", numberValue{&c.Enrol.UsernameMinLength, 1, 64}},
		{"enrol", "username_may_be_email", flagValue{&c.Enrol.UsernameMayBeEmail}},
		{"enrol", "block_personal_passwords", flagValue{&c.Enrol.BlockPersonalPasswords}},
		{"enrol", "rate_signup", numberValue{&c.Enrol.RateSignup, 0, 1_000_000}},
		{"enrol", "rate_confirm", numberValue{&c.Enrol.RateConfirm, 0, 1_000_000}},
		{"enrol", "rate_resend", numberValue{&c.Enrol.RateResend, 0, 1_000_000}},
		{"enrol", "rate_verify", numberValue{&c.Enrol.RateVerify, 0, 1_000_000}},
		{"enrol", "verify_slow_after", numberValue{&c.Enrol.VerifySlowAfter, 0, 100}},
		{"enrol", "verify_stop_after", numberValue{&c.Enrol.VerifyStopAfter, 0, 1_000}},
		{"enrol", "bind_apps", flagValue{&c.Enrol.BindApps}},
		{"enrol", "message_daily_cap", numberValue{&c.Enrol.MessageDailyCap, 0, 10_000}},
		{"enrol", "message_cooldown", numberValue{&c.Enrol.MessageCooldown, 0, 86_400}},
		{"enrol", "resend_cooldown", numberValue{&c.Enrol.ResendCooldown, 0, 86_400}},
		{"enrol", "public_url", textValue{&c.Enrol.PublicURL}},
		{"enrol", "language", choiceValue{&c.Enrol.Language, Languages()}},
		{"enrol", "mail_templates", textValue{&c.Enrol.MailTemplates}},
		{"enrol", "public_origins", textList{&c.Enrol.PublicOrigins}},
		{"enrol", "plain_http_hosts", hostList{&c.Enrol.PlainHTTPHosts}},
		{"enrol", "page_templates", textValue{&c.Enrol.PageTemplates}},
		{"enrol", "smtp_password_file", textValue{&c.Enrol.SMTPPasswordFile}},
		{"enrol", "dkim_domain", textValue{&c.Enrol.DKIMDomain}},
		{"enrol", "dkim_selector", textValue{&c.Enrol.DKIMSelector}},
		{"enrol", "dkim_key_file", textValue{&c.Enrol.DKIMKeyFile}},
		{"enrol", "unknown_fields", choiceValue{&c.Enrol.UnknownFields, []string{RefuseUnknown, IgnoreUnknown}}},
		{"enrol", "reject_match", choiceValue{&c.Enrol.RejectMatch, []string{RejectSubstring, RejectLabel}}},
	}, pageKeys(pagesSection, &c.Pages.Page)...)
}

// otherSections returns the sections of the original that are not about
// sign-ups. They are accepted and have no effect, except for the keys of
// [login] in the table.
func otherSections() []string {
	return []string{"backend", "sql", "login", "session", "password_reset", "user_address_list", "search"}
}

// MaxBuckets bounds the number of lists that dispatch reads.
const MaxBuckets = 64
