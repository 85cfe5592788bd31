package main

// cheap makes password hashing quick: a transcript is no place to wait.
const cheap = "[enrol]\nargon2_memory=8192\nargon2_iterations=1\n"

// Configurations of transcripts. All let people sign up to CRM and ERP.
const (
	apps = "[apps]\nall=CRM, ERP, Closed\nsignup_allowed=CRM, ERP\n"

	// discreet is the reference's defaults but for that: codes about usernames and
	// addresses are not told, and a taken one looks like a free one.
	discreet = apps + cheap

	// telling tells every code.
	telling = apps + "[signup]\ninform_if_user_exists=True\ninform_if_user_invalid=True\n" +
		"inform_if_email_exists=True\ninform_if_email_invalid=True\n" + cheap

	// silent tells none, and refuses what is taken.
	silent = "[apps]\nall=CRM, ERP, Closed\nsignup_allowed=CRM, ERP\ninform_if_app_invalid=False\n" +
		"[password]\ninform_if_invalid=False\n[signup]\nalways_return_confirm_token=False\n" + cheap

	// services asks two services and tells two more, one of them by HTTP.
	services = apps + "[user_validation]\nservice=zato.sso.signup.validate, check.blocklist, check.invitation\n" +
		"[signup]\ncallback_service_list=crm.new-user, https://hooks.example.com/enrol\n" + cheap

	// mail hands messages to a service.
	mail = "[main]\nsite_name=Example\nemail_service=mail.send\n" + apps + "[signup]\nis_approval_needed=False\n" +
		"email_confirm_from=confirm@example.com\nemail_confirm_bcc=archive@example.com\n" + cheap

	// strong asks for a password that is hard to guess, and strict refuses common
	// ones.
	strong = apps + "[password]\nmin_complexity=3\n" + cheap
	strict = apps + cheap + "block_common_passwords=True\n"

	// legacy keeps what the original keeps: PBKDF2 and nothing sealed.
	legacy = "[main]\nencrypt_email=False\nencrypt_password=False\n[hash_secret]\nrounds=1000\nsalt_size=64\n" + apps +
		"[enrol]\npassword_hash=pbkdf2-sha512\n"

	// spread is for a distributed store.
	spread = apps + "[signup]\ncallback_service_list=crm.new-user\n" + cheap + "buckets=16\n"
)
