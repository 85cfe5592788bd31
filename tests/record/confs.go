package main

import "strings"

// cheap makes password hashing fast, so that transcripts are fast to replay.
const cheap = "[password]\nmin_complexity=0\n" + hash

// hash is the part of cheap that is in [enrol].
const hash = "[enrol]\nargon2_memory=8192\nargon2_iterations=1\n"

// Configurations of transcripts. All of them let people sign up to CRM and ERP.
const (
	apps = "[apps]\nall=CRM, ERP, Closed\nsignup_allowed=CRM, ERP\n"

	// discreet has the reference's defaults, and so hides codes about usernames
	// and addresses: a taken one looks like a free one.
	discreet = apps + cheap

	// telling reports every code.
	telling = apps + "[signup]\ninform_if_user_exists=True\ninform_if_user_invalid=True\n" +
		"inform_if_email_exists=True\ninform_if_email_invalid=True\n" + cheap

	// silent reports no code, and refuses what is taken.
	silent = "[apps]\nall=CRM, ERP, Closed\nsignup_allowed=CRM, ERP\ninform_if_app_invalid=False\n" +
		"[password]\ninform_if_invalid=False\nmin_complexity=0\n[signup]\nalways_return_confirm_token=False\n" + hash

	// services calls two validation services and two callbacks, one of them by
	// URL.
	services = apps + "[user_validation]\nservice=zato.sso.signup.validate, check.blocklist, check.invitation\n" +
		"[signup]\ncallback_service_list=crm.new-user, https://hooks.example.com/enrol\n" + cheap

	// asksFirst calls a service before the built-in rules.
	asksFirst = apps + "[user_validation]\nservice=check.blocklist, zato.sso.signup.validate\n" +
		"[signup]\ninform_if_user_invalid=True\n" + cheap

	// mail sends messages through a service.
	mail = "[main]\nsite_name=Example\nemail_service=mail.send\n" + apps + "[signup]\nis_approval_needed=False\n" +
		"email_confirm_from=confirm@example.com\nemail_confirm_bcc=archive@example.com\n" + cheap

	// named names services as the original does, and has their URLs.
	named = "[main]\nsmtp_conn=My SMTP\n" + apps + "[signup]\nis_approval_needed=False\ncallback_service_list=my.callback\n" +
		"[enrol_services]\nMy SMTP=https://mail.example.com/send\nmy.callback=https://crm.example.com/new\n" + cheap

	// strong requires a password that is hard to guess, and strict refuses
	// common ones.
	strong = apps + "[password]\nmin_complexity=3\n" + hash
	strict = apps + cheap + "block_common_passwords=True\n"

	// legacy stores what the original stores: PBKDF2 hashes, and nothing
	// sealed.
	legacy = "[main]\nencrypt_email=False\nencrypt_password=False\n[hash_secret]\nrounds=1000\nsalt_size=64\n" + apps +
		"[password]\nmin_complexity=0\n[enrol]\npassword_hash=pbkdf2-sha512\n"

	// spread is for a distributed store.
	spread = apps + "[signup]\ncallback_service_list=crm.new-user\n" + cheap + "buckets=16\n"
)

// passwords returns a configuration with more lines in [password].
func passwords(conf, lines string) string {
	return strings.Replace(conf, "[password]\n", "[password]\n"+lines, 1)
}
