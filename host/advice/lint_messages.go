package advice

import (
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// kind is a kind of message, and what its keys begin with.
type kind struct {
	prefix string
	signup.MailConfig
}

func (l *linter) kinds() []kind {
	return []kind{{"signup.email_confirm", l.config.Signup.Confirm}, {"signup.email_welcome", l.config.Signup.Welcome}}
}

// messages looks at what goes out, and in whose name.
func (l *linter) messages() {
	for _, mail := range l.kinds() {
		if mail.Enabled && strings.HasSuffix(strings.ToLower(mail.From), "@example.com") {
			l.add(finding{Low, "example-sender", about(mail.prefix+"_from", mail.prefix+"_enabled"), ""},
				"%s_from is %s, an example: write an address of yours", mail.prefix, mail.From)
		}
	}
	const copies = "signup.email_confirm_cc"
	for _, key := range []string{copies, "signup.email_confirm_bcc"} {
		if l.config.Signup.Confirm.Enabled && len(l.settings[key].Value.([]string)) > 0 {
			l.add(finding{Medium, "token-copies", about(key), asvs("6.4.1")},
				"%s is not empty: whoever gets a copy gets the token, and can confirm in the owner's place: make it empty", key)
		}
	}
	const needed, welcome, told = "signup.is_approval_needed", "signup.email_welcome_enabled", "login.inform_if_not_approved"
	switch {
	case l.config.Signup.IsApprovalNeeded && !l.config.Signup.Welcome.Enabled:
		l.add(finding{Low, "approval-untold", about(needed, welcome), ""},
			"%s is True and %s is False: nobody is told that they were approved: set the latter to True, unless your application tells them", needed, welcome)
	case !l.config.Signup.IsApprovalNeeded:
		l.dead(told, needed+" is False, so that no account waits for approval")
	}
}

// deadMessages looks for settings of messages that are not sent.
func (l *linter) deadMessages() {
	for _, mail := range l.kinds() {
		if mail.Enabled {
			continue
		}
		for _, end := range []string{"_from", "_cc", "_bcc", "_template"} {
			l.dead(mail.prefix+end, mail.prefix+"_enabled is False")
		}
	}
	if !l.config.Signup.Confirm.Enabled {
		l.dead("enrol.resend_cooldown", "signup.email_confirm_enabled is False, so that no token is sent")
	}
	if !l.config.Signup.Confirm.Enabled && !l.config.Signup.Welcome.Enabled {
		const because = "signup.email_confirm_enabled and signup.email_welcome_enabled are False"
		if l.config.Main.SMTPConn != "" {
			l.dead("main.smtp_conn", because)
		}
		if l.config.Main.EmailService != "" {
			l.dead("main.email_service", because)
		}
		l.dead("enrol.message_daily_cap", because)
		l.dead("enrol.message_cooldown", because)
	}
	if l.config.Main.SMTPConn != "" && l.config.Main.EmailService != "" {
		l.dead("main.smtp_conn", "main.email_service is set, which messages go to")
	}
}
