package advice

import (
	"strings"

	"golang.org/x/net/idna"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// kind is a kind of message, and the prefix of its keys.
type kind struct {
	prefix string
	ssoconf.Mail
}

func (l *linter) kinds() []kind {
	return []kind{{"signup.email_confirm", l.config.Signup.Confirm}, {"signup.email_welcome", l.config.Signup.Welcome}}
}

// messages checks which messages are sent, and with which sender.
func (l *linter) messages() {
	for _, mail := range l.kinds() {
		if mail.Enabled && strings.HasSuffix(strings.ToLower(mail.From), "@example.com") {
			l.add(finding{Low, "example-sender", about(mail.prefix+"_from", mail.prefix+"_enabled"), ""},
				"%s_from is %s, an example: set your own address", mail.prefix, mail.From)
		}
	}
	l.signature()
	const copies = "signup.email_confirm_cc"
	for _, key := range []string{copies, "signup.email_confirm_bcc"} {
		if l.config.Signup.Confirm.Enabled && len(l.settings[key].Value.([]string)) > 0 {
			l.add(finding{Medium, "token-copies", about(key), asvs("6.4.1")},
				"%s is not empty: recipients of a copy get the token, and can confirm in the owner's place: make it empty", key)
		}
	}
	if hosts := l.config.Enrol.PlainHTTPHosts; len(hosts) > 0 {
		l.add(finding{Medium, "plain-http", about("enrol.plain_http_hosts"), asvs("12.3.1")},
			"enrol.plain_http_hosts is not empty: everybody on the network between can read the tokens and addresses in calls to these hosts, and answer in their place: use https, or make sure that only these machines are on it")
	}
	const needed, welcome, told = "signup.is_approval_needed", "signup.email_welcome_enabled", "login.inform_if_not_approved"
	switch {
	case l.config.Signup.IsApprovalNeeded && !l.config.Signup.Welcome.Enabled:
		l.add(finding{Low, "approval-untold", about(needed, welcome), ""},
			"%s is True and %s is False: users do not learn that they were approved: set the latter to True, unless your application informs them", needed, welcome)
	case !l.config.Signup.IsApprovalNeeded:
		l.dead(told, needed+" is False, so that no account waits for approval")
	}
}

// signature checks that the domain of signatures is the domain of each sender, or
// its parent (RFC 7489, 3.1.1).
func (l *linter) signature() {
	const key = "enrol.dkim_domain"
	domain := strings.ToLower(l.config.Enrol.DKIMDomain)
	if domain == "" || l.config.MailServer() == "" {
		return
	}
	for _, kind := range l.kinds() {
		of := senderDomain(kind.From)
		if !kind.Enabled || of == "" {
			continue
		}
		if !strings.HasSuffix("."+of, "."+domain) {
			l.add(finding{Medium, "dkim-domain", about(key, kind.prefix+"_from"), ""},
				"%s is %s, which is neither the domain of %s_from nor its parent: receivers do not see that the sender signed the mail", key, domain, kind.prefix)
		}
	}
}

// senderDomain returns the domain of a sender in lower case and in ASCII, "" if it
// has none. The sender is an address, or a name and an address in angle brackets.
func senderDomain(from string) string {
	_, domain, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(from), ">"), "@")
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return ""
	}
	return strings.ToLower(ascii)
}

// deadMessages finds settings of messages that are never sent.
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
	if l.config.MailServer() == "" {
		for _, key := range []string{"mail_templates", "smtp_password_file", "dkim_domain", "dkim_selector", "dkim_key_file"} {
			l.dead("enrol."+key, "main.smtp_conn is not the URL of a mail server that messages go to")
		}
	}
	if l.config.Main.SMTPConn != "" && l.config.Main.EmailService != "" {
		l.dead("main.smtp_conn", "main.email_service is set and receives the messages")
	}
}
