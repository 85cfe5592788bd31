package advice

// passwordLength looks at how long passwords have to be, and may be.
func (l *linter) passwordLength() {
	const least, most = "password.min_length", "password.max_length"
	shortest := l.config.Password.MinLength
	clause := nistPasswords + "; " + asvs("6.2.1")
	switch {
	case shortest < 8:
		l.add(finding{High, "min-length", about(least), clause},
			"%s is %d: passwords of fewer than 8 characters are guessed: set it to 15", least, shortest)
	case shortest < 15:
		l.add(finding{High, "min-length", about(least), clause},
			"%s is %d: a password that is the only factor has to have at least 15 characters: set it to 15, or to 8 and more if there is always a second factor", least, shortest)
	}
	if longest := l.config.Password.MaxLength; longest < 64 {
		l.add(finding{Medium, "max-length", about(most), nistPasswords + "; " + asvs("6.2.9")},
			"%s is %d: passwords of 64 characters have to be possible: set it to 64 or more", most, longest)
	}
}

// passwordRules looks at what passwords may consist of.
func (l *linter) passwordRules() {
	const space, score, list, block, told = "signup.password_allow_whitespace", "password.min_complexity", "password.reject_list",
		"enrol.block_common_passwords", "password.inform_if_invalid"
	if !l.config.Signup.PasswordAllowWhitespace {
		l.add(finding{High, "composition", about(space), nistPasswords + "; " + asvs("6.2.5")},
			"%s is False: no character may be ruled out, least of all the space between the words of a passphrase: set it to True", space)
	}
	if l.config.Password.MinComplexity > 0 {
		l.add(finding{Medium, "complexity", about(score), nistPasswords},
			"%s is %d: requirements other than length and a block list confuse more than they help: set it to 0, with %s at True", score, l.config.Password.MinComplexity, block)
	}
	if !l.flag(block) {
		l.add(finding{High, "block-list", about(block), nistPasswords + "; " + asvs("6.2.4")},
			"%s is False: the most common passwords have to be refused: set it to True", block)
	}
	if n := len(l.config.Password.RejectList); n > 0 {
		l.add(finding{Medium, "substrings", about(list), nistPasswords},
			"%s has %d entries that are refused anywhere in a password: block lists compare whole passwords, since a long passphrase may well hold a common word: make it empty, with %s at True", list, n, block)
	}
	if !l.config.Password.InformIfInvalid {
		l.add(finding{High, "reason", about(told), nistPasswords},
			"%s is False: whoever chose a password that is refused has to be told why: set it to True", told)
	}
}

// passwordExpiry looks at whether passwords have to be changed for no reason.
func (l *linter) passwordExpiry() {
	const key = "password.expiry"
	if days := l.config.Password.Expiry; days > 0 {
		l.add(finding{High, "expiry", about(key), nistPasswords + "; " + asvs("6.2.10")},
			"%s is %d days: passwords must not have to be changed from time to time, which makes them weaker: set it to 0", key, days)
	}
}
