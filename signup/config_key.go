package signup

// configKey is a key that an sso.conf may have, and what its value is.
type configKey struct {
	section string
	name    string
	value   configValue
}

// path is how messages name the key.
func (k *configKey) path() string { return k.section + "." + k.name }

// configKeys lists every key of the sections that matter here. Their values
// are read into c, that of the old name of is_email_required into
// emailRequired.
//
// Memory of argon2 is bounded from below by more than the 8 KiB that each of
// the most threads allowed here would need (RFC 9106, section 3.1).
func configKeys(c *Config, emailRequired *bool) []configKey {
	return []configKey{
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
		{"password", "min_length", numberValue{&c.Password.MinLength, 1, 1_024}},
		{"password", "max_length", numberValue{&c.Password.MaxLength, 1, 1_024}},
		{"password", "min_complexity", numberValue{&c.Password.MinComplexity, 0, 4}},
		{"password", "min_complexity_algorithm", choiceValue{&c.Password.MinComplexityAlgorithm, []string{"zxcvbn"}}},
		{"password", "reject_list", keywordList{&c.Password.RejectList}},
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
		{"user_validation", "reject_username", keywordList{&c.UserValidation.RejectUsername}},
		{"user_validation", "reject_email", keywordList{&c.UserValidation.RejectEmail}},

		{"login", "inform_if_locked", flagValue{&c.Login.InformIfLocked}},
		{"login", "inform_if_not_confirmed", flagValue{&c.Login.InformIfNotConfirmed}},
		{"login", "inform_if_not_approved", flagValue{&c.Login.InformIfNotApproved}},

		{"enrol", "password_hash", choiceValue{&c.Enrol.PasswordHash, []string{Argon2id, PBKDF2SHA512}}},
		{"enrol", "argon2_memory", numberValue{&c.Enrol.Argon2Memory, 8_192, 1_048_576}},
		{"enrol", "argon2_iterations", numberValue{&c.Enrol.Argon2Iterations, 1, 100}},
		{"enrol", "argon2_parallelism", numberValue{&c.Enrol.Argon2Parallelism, 1, 16}},
		{"enrol", "confirm_within", numberValue{&c.Enrol.ConfirmWithin, 1, 525_600}},
		{"enrol", "buckets", numberValue{&c.Enrol.Buckets, 1, maxBuckets}},
		{"enrol", "idempotency_hours", numberValue{&c.Enrol.IdempotencyHours, 1, 720}},
		{"enrol", "confirm_requires_password", flagValue{&c.Enrol.ConfirmRequiresPassword}},
		{"enrol", "block_common_passwords", flagValue{&c.Enrol.BlockCommonPasswords}},
		{"enrol", "rate_signup", numberValue{&c.Enrol.RateSignup, 0, 1_000_000}},
		{"enrol", "rate_confirm", numberValue{&c.Enrol.RateConfirm, 0, 1_000_000}},
		{"enrol", "rate_resend", numberValue{&c.Enrol.RateResend, 0, 1_000_000}},
		{"enrol", "rate_verify", numberValue{&c.Enrol.RateVerify, 0, 1_000_000}},
		{"enrol", "message_daily_cap", numberValue{&c.Enrol.MessageDailyCap, 0, 10_000}},
		{"enrol", "message_cooldown", numberValue{&c.Enrol.MessageCooldown, 0, 86_400}},
		{"enrol", "resend_cooldown", numberValue{&c.Enrol.ResendCooldown, 0, 86_400}},
		{"enrol", "unknown_fields", choiceValue{&c.Enrol.UnknownFields, []string{RefuseUnknown, IgnoreUnknown}}},
		{"enrol", "reject_match", choiceValue{&c.Enrol.RejectMatch, []string{RejectSubstring, RejectLabel}}},
	}
}

// otherSections are those of the original that are about something else than
// signing up. What they hold is accepted and has no effect, but for the keys of
// [login] in the table.
func otherSections() []string {
	return []string{"backend", "sql", "login", "session", "password_reset", "user_address_list", "search"}
}
