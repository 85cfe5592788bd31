package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/host/mail"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// mailboxConn is the smtp_conn of a server that keeps its mails instead of sending
// them.
const mailboxConn = "enrol.mailbox"

// keepsMails reports whether a server may keep its mails where it would send none:
// only this machine reaches it, and all of its users may read the tokens in mails, as
// they may those in answers of a server without an API key.
func (s *server) keepsMails() bool {
	if s.keyed || s.proxies != "" || s.publicProxies != "" {
		return false
	}
	for _, text := range []string{s.address, s.public} {
		if text == "" {
			continue // no public pages
		}
		if address, err := net.ResolveTCPAddr("tcp", text); err != nil || !address.IP.IsLoopback() {
			return false
		}
	}
	return true
}

// readConf reads the sso.conf of the server.
func (s *server) readConf(c *console, pages *public) (*conf, error) {
	k, err := readConfThat(c, s.conf, true, func(k *conf) {
		if s.keepsMails() {
			k.keepMails()
		}
		if s.public != "" {
			k.confirmWithPassword()
		}
		k.pages = pages.url()
	})
	if err == nil && k.builtin() {
		mails := " or mail"
		if k.keeps {
			mails = ""
		}
		fmt.Fprintln(c.stderr, "enrol: without --conf, the built-in configuration is used: one application, CRM, open to all, without approval"+mails)
	}
	return k, err
}

// keepMails makes an sso.conf that has no message service keep its mails. The
// built-in one turns them off; a file that does is left alone.
func (k *conf) keepMails() {
	if k.builtin() {
		on, err := parseConf("", strings.NewReplacer("email_confirm_enabled=False", "email_confirm_enabled=True",
			"email_welcome_enabled=False", "email_welcome_enabled=True").Replace(k.text))
		if err != nil {
			panic("the built-in configuration cannot be read")
		}
		*k = *on
	}
	if k.config.MessageService() != "" || !k.config.Signup.Confirm.Enabled && !k.config.Signup.Welcome.Enabled {
		return
	}
	with, ok := k.with("main", "smtp_conn", mailboxConn, func(c *ssoconf.Config) { c.Main.SMTPConn = mailboxConn })
	if ok && with.config.MessageService() == ssoconf.SMTPService {
		with.keeps = true
		*k = *with
	}
}

// keep makes the service that keeps the mails of an sso.conf in the folder.
func (m *mails) keep(k *conf) error {
	box := m.box.Load()
	if box == nil {
		var err error
		if box, err = mail.OpenMailbox(m.folder); err != nil {
			return mistake("%w: move the existing files away, or set main.smtp_conn to the URL of a mail server", err)
		}
	}
	send, err := box.Service(k.renderOptions())
	if err != nil {
		return mistake("mails cannot be written: %w", err)
	}
	service := host.Service(send)
	m.service.Store(&service)
	m.box.Store(box)
	return nil
}

// printMailbox prints where the operator reads the mails that are kept.
func (s *server) printMailbox(c *console, in *installation, pages *public) {
	at := s.listening
	if pages.showsMails() {
		at = pages.listener.Addr().String()
	}
	fmt.Fprintln(c.stderr, "Read the mails in a browser: http://"+at+in.mails.box.Load().Path())
}

// below returns a handler that also shows the mails that are kept, if any are.
func (m *mails) below(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		box := m.box.Load()
		if box != nil && (r.URL.Path == mail.MailboxPath || strings.HasPrefix(r.URL.Path, mail.MailboxPath+"/")) {
			access.Route(w, mail.MailboxPath)
			box.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
