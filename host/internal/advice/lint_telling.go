package advice

// telling checks who learns which names and addresses have accounts.
func (l *linter) telling() {
	const token, user, email = "signup.always_return_confirm_token", "signup.inform_if_user_exists", "signup.inform_if_email_exists"
	s := l.config.Signup
	if s.InformIfEmailExists {
		l.add(finding{Medium, "tells-email", about(email), asvs("6.3.8")},
			"%s is True: anybody can find out whether somebody has an account: set it to False; a mail informs the owner of the address", email)
	}
	if s.InformIfUserExists {
		l.add(finding{Low, "tells-user", about(user), asvs("6.3.8")},
			"%s is True: anybody can find out which usernames are taken: set it to False, unless usernames are public", user)
	}
	if !s.AlwaysReturnConfirmToken && (!s.InformIfUserExists || !s.InformIfEmailExists) {
		l.add(finding{Medium, "tells-by-refusal", about(token, user, email), asvs("6.3.8")},
			"%s is False, so a taken username or address is refused: %s and %s hide only which of the two is taken: set it to True", token, user, email)
	}
	if s.AlwaysReturnConfirmToken && s.InformIfUserExists && s.InformIfEmailExists {
		l.dead(token, "both "+user+" and "+email+" are True, and what may be told is refused")
	}
}

// confirming checks what activates an account.
func (l *linter) confirming() {
	const password, required, mail = "enrol.confirm_requires_password", "signup.is_email_required", "signup.email_confirm_enabled"
	if !l.config.Enrol.ConfirmRequiresPassword {
		l.add(finding{Medium, "confirm-password", about(password), ""},
			"%s is False: anyone can sign up with a stranger's address and a password of their choice, and the stranger activates it by following the link: set it to True and ask for the password on the page of the link", password)
	}
	if !l.config.Signup.IsEmailRequired {
		l.add(finding{Low, "no-address", about(required), ""},
			"%s is False: for an account without an address, your application must send the token to its owner alone in another way", required)
	}
	if l.config.Signup.IsEmailRequired && !l.config.Signup.Confirm.Enabled {
		l.add(finding{Low, "own-mail", about(mail), ""},
			"%s is False: your application must send the token to the address, and to nobody else", mail)
	}
}
