package advice

// limits looks at how often somebody may try.
func (l *linter) limits() {
	throttle := nistThrottle + "; " + asvs("6.3.1")
	for _, rate := range []struct {
		key    string
		now    int
		clause string
		why    string
	}{
		{"enrol.rate_signup", l.config.Enrol.RateSignup, asvs("6.1.1") + "; " + asvs("2.4.1"), "one machine can sign up without end"},
		{"enrol.rate_confirm", l.config.Enrol.RateConfirm, asvs("6.3.1"), "one machine can try tokens and passwords without end"},
		{"enrol.rate_resend", l.config.Enrol.RateResend, asvs("2.4.1"), "one machine can have messages sent without end"},
		{"enrol.rate_verify", l.config.Enrol.RateVerify, throttle, "one machine can try passwords without end"},
	} {
		if rate.now == 0 {
			l.add(finding{Medium, "rate-limit", about(rate.key), rate.clause},
				"%s is 0, no limit: %s: set how many an hour one address may ask for, or limit them in front of Enrol", rate.key, rate.why)
		}
	}
	for _, bound := range []struct {
		key      string
		now      int
		severity Severity
		why      string
	}{
		{"enrol.message_daily_cap", l.config.Enrol.MessageDailyCap, Medium, "anybody can fill a stranger's mailbox: set it to 20 or so"},
		{"enrol.message_cooldown", l.config.Enrol.MessageCooldown, Low, "messages to one address may come all at once: set it to a few seconds"},
		{"enrol.resend_cooldown", l.config.Enrol.ResendCooldown, Low, "tokens may be asked for again at once: set it to 60 seconds or so"},
	} {
		if bound.now == 0 {
			l.add(finding{bound.severity, "message-limit", about(bound.key), asvs("2.4.1")}, "%s is 0, no bound: %s", bound.key, bound.why)
		}
	}
}

// lifetimes looks at how long a token is good for.
func (l *linter) lifetimes() {
	const key, day = "enrol.confirm_within", 24 * 60
	if minutes := l.config.Enrol.ConfirmWithin; minutes > day {
		l.add(finding{Medium, "token-lifetime", about(key), asvs("6.4.1")},
			"%s is %d minutes: a token should expire after a short time, and it keeps its username from others meanwhile: set it to %d or less", key, minutes, day)
	}
}

// cooldowns looks at messages with a token that come when it has expired.
func (l *linter) cooldowns() {
	const life, resend, pause = "enrol.confirm_within", "enrol.resend_cooldown", "enrol.message_cooldown"
	e := l.config.Enrol
	if l.config.Signup.Confirm.Enabled && e.ResendCooldown >= e.ConfirmWithin*60 {
		l.add(finding{Medium, "cooldown", about(resend, life), ""},
			"%s is %d seconds, no less than %s, which is %d minutes: nobody gets another token before the account expires: set it to less", resend, e.ResendCooldown, life, e.ConfirmWithin)
	}
	if l.config.Signup.Confirm.Enabled && e.MessageCooldown >= e.ConfirmWithin*60 {
		l.add(finding{Medium, "cooldown", about(pause, life), ""},
			"%s is %d seconds, no less than %s, which is %d minutes: a second message to an address comes after its token expired: set it to less", pause, e.MessageCooldown, life, e.ConfirmWithin)
	}
}

// unknownFields looks at whether mistakes in requests are told.
func (l *linter) unknownFields() {
	const key = "enrol.unknown_fields"
	if l.settings[key].Value == "ignore" {
		l.add(finding{Low, "unknown-fields", about(key), ""},
			"%s is ignore: a misspelt field of a request is lost without a word: set it to refuse once your clients send only what they mean", key)
	}
}
