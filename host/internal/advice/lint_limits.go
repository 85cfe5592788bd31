package advice

// limits checks how often a client may try.
func (l *linter) limits() {
	throttle := nistThrottle + "; " + asvs("6.3.1")
	for _, rate := range []struct {
		key    string
		now    int
		clause string
		why    string
	}{
		{"enrol.rate_signup", l.config.Enrol.RateSignup, asvs("6.1.1") + "; " + asvs("2.4.1"), "one client can sign up without limit"},
		{"enrol.rate_confirm", l.config.Enrol.RateConfirm, asvs("6.3.1"), "one client can try tokens and passwords without limit"},
		{"enrol.rate_resend", l.config.Enrol.RateResend, asvs("2.4.1"), "one client can cause messages without limit"},
		{"enrol.rate_verify", l.config.Enrol.RateVerify, throttle, "one client can try passwords without limit"},
	} {
		if rate.now == 0 {
			l.add(finding{Medium, "rate-limit", about(rate.key), rate.clause},
				"%s is 0, no limit: %s: set a number per hour and client address, or limit requests in front of Enrol", rate.key, rate.why)
		}
	}
	const stop, slow, most = "enrol.verify_stop_after", "enrol.verify_slow_after", 100
	switch now := l.config.Enrol.VerifyStopAfter; {
	case now == 0:
		l.add(finding{High, "guess-limit", about(stop), throttle},
			"%s is 0, no limit: from many client addresses, anybody can try passwords of one account without limit: set it to %d or less", stop, most)
	case now > most:
		l.add(finding{High, "guess-limit", about(stop), throttle},
			"%s is %d: wrong passwords for one account wait for days only after more than %d in a row: set it to that or less", stop, now, most)
	}
	if l.config.Enrol.VerifySlowAfter == 0 {
		l.add(finding{Low, "guess-limit", about(slow), nistThrottle},
			"%s is 0: wrong passwords for one account never wait before they are refused: set it to about 10", slow)
	}
	for _, bound := range []struct {
		key      string
		now      int
		severity Severity
		why      string
	}{
		{"enrol.message_daily_cap", l.config.Enrol.MessageDailyCap, Medium, "anybody can fill a stranger's mailbox: set it to about 20"},
		{"enrol.message_cooldown", l.config.Enrol.MessageCooldown, Low, "messages to one address can arrive all at once: set it to a few seconds"},
		{"enrol.resend_cooldown", l.config.Enrol.ResendCooldown, Low, "tokens can be requested again at once: set it to about 60 seconds"},
	} {
		if bound.now == 0 {
			l.add(finding{bound.severity, "message-limit", about(bound.key), asvs("2.4.1")}, "%s is 0, no limit: %s", bound.key, bound.why)
		}
	}
}

// lifetimes checks how long a token is valid.
func (l *linter) lifetimes() {
	const key, day = "enrol.confirm_within", 24 * 60
	if minutes := l.config.Enrol.ConfirmWithin; minutes > day {
		l.add(finding{Medium, "token-lifetime", about(key), asvs("6.4.1")},
			"%s is %d minutes: a token must expire soon, and reserves its username until then: set it to %d or less", key, minutes, day)
	}
}

// cooldowns finds messages whose token has expired when they arrive.
func (l *linter) cooldowns() {
	const life, resend, pause = "enrol.confirm_within", "enrol.resend_cooldown", "enrol.message_cooldown"
	e := l.config.Enrol
	if l.config.Signup.Confirm.Enabled && e.ResendCooldown >= e.ConfirmWithin*60 {
		l.add(finding{Medium, "cooldown", about(resend, life), ""},
			"%s is %d seconds, no less than %s, which is %d minutes: nobody gets another token before the claim expires: set it to less", resend, e.ResendCooldown, life, e.ConfirmWithin)
	}
	if l.config.Signup.Confirm.Enabled && e.MessageCooldown >= e.ConfirmWithin*60 {
		l.add(finding{Medium, "cooldown", about(pause, life), ""},
			"%s is %d seconds, no less than %s, which is %d minutes: a second message to an address arrives after its token has expired: set it to less", pause, e.MessageCooldown, life, e.ConfirmWithin)
	}
}

// unknownFields checks whether mistakes in requests are reported.
func (l *linter) unknownFields() {
	const key = "enrol.unknown_fields"
	if l.settings[key].Value == "ignore" {
		l.add(finding{Low, "unknown-fields", about(key), ""},
			"%s is ignore: a misspelt field of a request is ignored silently: set it to refuse once your clients send only known fields", key)
	}
}
