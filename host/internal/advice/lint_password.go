package advice

// recommendedScore is the lowest score that zxcvbn's authors call "safely
// unguessable": at least 10^8 guesses, too many for most attackers against a
// slow hash. Score 2 protects only against online guessing; score 4 refuses
// passphrases that NIST SP 800-63B-4 wants to allow. The score completes the
// block list: NIST requires refusing what is "commonly used, expected, or
// compromised", and a list of whole passwords cannot contain every repetition
// and sequence of 15 characters. It is not a composition rule, which NIST
// forbids.
const recommendedScore = 3

// passwordLength checks the minimum and maximum length of passwords.
func (l *linter) passwordLength() {
	const least, most = "password.min_length", "password.max_length"
	shortest := l.config.Password.MinLength
	clause := nistPasswords + "; " + asvs("6.2.1")
	switch {
	case shortest < 8:
		l.add(finding{High, "min-length", about(least), clause},
			"%s is %d: passwords of fewer than 8 characters are easy to guess: set it to 15", least, shortest)
	case shortest < 15:
		l.add(finding{High, "min-length", about(least), clause},
			"%s is %d: a password that is the only factor must have at least 15 characters: set it to 15, or to at least 8 if there is always a second factor", least, shortest)
	}
	if longest := l.config.Password.MaxLength; longest < 64 {
		l.add(finding{Medium, "max-length", about(most), nistPasswords + "; " + asvs("6.2.9")},
			"%s is %d: passwords of 64 characters must be accepted: set it to 64 or more", most, longest)
	}
}

// passwordRules checks the other rules for passwords.
func (l *linter) passwordRules() {
	const space, score, list, block, told = "signup.password_allow_whitespace", "password.min_complexity", "password.reject_list",
		"enrol.block_common_passwords", "password.inform_if_invalid"
	if !l.config.Signup.PasswordAllowWhitespace {
		l.add(finding{High, "composition", about(space), nistPasswords + "; " + asvs("6.2.5")},
			"%s is False: every character must be accepted, above all the space between the words of a passphrase: set it to True", space)
	}
	if n := l.config.Password.MinComplexity; n < recommendedScore {
		l.add(finding{Medium, "complexity", about(score), zxcvbnScores + "; " + nistPasswords},
			"%s is %d: long passwords that are easy to guess are accepted, such as one repeated character: set it to %d", score, n, recommendedScore)
	}
	if !l.flag(block) {
		l.add(finding{High, "block-list", about(block), nistPasswords + "; " + asvs("6.2.4")},
			"%s is False: the most common passwords must be refused: set it to True", block)
	}
	const personal = "enrol.block_personal_passwords"
	if !l.flag(personal) {
		l.add(finding{High, "personal", about(personal), nistPasswords + "; " + asvs("6.2.11")},
			"%s is False: the username, the address and the name of the service are refused as passwords only if their score is too low: set it to True", personal)
	}
	if n := len(l.config.Password.RejectList); n > 0 {
		l.add(finding{Medium, "substrings", about(list), nistPasswords},
			"%s has %d entries that are refused anywhere in a password: block lists must compare whole passwords, since a long passphrase may contain a common word: make it empty, with %s set to True", list, n, block)
	}
	if !l.config.Password.InformIfInvalid {
		l.add(finding{High, "reason", about(told), nistPasswords},
			"%s is False: users must learn why their password is refused: set it to True", told)
	}
}

// passwordExpiry checks whether passwords expire.
func (l *linter) passwordExpiry() {
	const key = "password.expiry"
	if days := l.config.Password.Expiry; days > 0 {
		l.add(finding{High, "expiry", about(key), nistPasswords + "; " + asvs("6.2.10")},
			"%s is %d days: then no account can log in any more, since no operation changes a password; nor may passwords expire, since that makes them weaker: set it to 0", key, days)
	}
}
