package main

import (
	"context"
	"crypto"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/mail"
	"github.com/enrol-sso/enrol/kv/private"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// smtpPasswordVariable can hold the password for main.smtp_conn.
const smtpPasswordVariable = "ENROL_SMTP_PASSWORD"

// mails is the message service of main.smtp_conn. SIGHUP may replace it.
type mails struct {
	service atomic.Pointer[host.Service]
	box     atomic.Pointer[mail.Mailbox] // nil: no mails are kept
	folder  string                       // of the mailbox
}

// use makes the service that a sso.conf asks for, if it asks for one.
func (m *mails) use(c *console, k *conf, logger *slog.Logger) error {
	if k.keeps {
		return m.keep(k)
	}
	if k.config.MailServer() == "" {
		return nil
	}
	service, wrong := k.mailService(c, logger)
	if len(wrong) > 0 {
		return mistake("mails cannot be sent: %s", wrong[0].message)
	}
	m.service.Store(&service)
	return nil
}

// replace makes m send as next does, after the sso.conf was reloaded.
func (m *mails) replace(next *mails) {
	m.service.Store(next.service.Load())
	m.box.Store(next.box.Load())
}

// send is the service.
func (m *mails) send(ctx context.Context, call signup.ServiceCall) (string, error) {
	if service := m.service.Load(); service != nil {
		return (*service)(ctx, call)
	}
	return "", host.ServiceDown("main.smtp_conn is not the URL of a mail server any more", 0)
}

// near returns the path of a file that the sso.conf names, which is relative to its
// folder.
func (k *conf) near(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(k.path), path)
}

// renderOptions returns the settings of the sso.conf about the text of mails.
func (k *conf) renderOptions() mail.RenderOptions {
	options := mail.RenderOptions{
		Language:        k.config.Enrol.Language,
		PublicURL:       k.config.Enrol.PublicURL,
		DefaultApp:      k.config.Apps.Default,
		ConfirmTemplate: k.config.Signup.Confirm.Template,
		WelcomeTemplate: k.config.Signup.Welcome.Template,
	}
	if options.PublicURL == "" {
		options.PublicURL = k.pages
	}
	if folder := k.config.Enrol.MailTemplates; folder != "" {
		options.Templates = os.DirFS(k.near(folder))
	}
	return options
}

// wrongSetting says what is wrong with the value of a setting.
type wrongSetting struct{ path, message string }

// notice returns it with its place in a file.
func (w wrongSetting) notice(settings []ssoconf.Setting) ssoconf.Notice {
	notice := ssoconf.Notice{Message: w.path + ": " + w.message}
	for _, s := range settings {
		if s.Path() == w.path {
			notice.Line, notice.Column = s.Line, s.Column
		}
	}
	return notice
}

// mailService makes the mail service with its secrets, or returns what is wrong.
func (k *conf) mailService(c *console, logger *slog.Logger) (host.Service, []wrongSetting) {
	settings := k.config.Enrol
	options := mail.Options{
		Render:   k.renderOptions(),
		URL:      k.config.MailServer(),
		Password: signup.Secret(c.getenv(smtpPasswordVariable)),
		Logger:   logger,
	}
	var wrong []wrongSetting
	if path := k.near(settings.SMTPPasswordFile); path != "" {
		password, err := private.ReadFile(path)
		if err != nil {
			wrong = append(wrong, wrongSetting{"enrol.smtp_password_file", "the password of the mail server cannot be read: " + err.Error()})
		} else if password == "" {
			wrong = append(wrong, wrongSetting{"enrol.smtp_password_file", path + " is empty: write the password of the mail server into it"})
		}
		options.Password = signup.Secret(password)
	}
	if settings.DKIMDomain != "" {
		key, err := readDKIMKey(k.near(settings.DKIMKeyFile))
		if err != nil {
			wrong = append(wrong, wrongSetting{"enrol.dkim_key_file", err.Error()})
		}
		options.DKIM = &mail.DKIM{Domain: settings.DKIMDomain, Selector: settings.DKIMSelector, Key: key}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	service, err := mail.New(options)
	if err != nil {
		for problem := range strings.SplitSeq(err.Error(), "\n") {
			path := "main.smtp_conn"
			if strings.HasPrefix(problem, "DKIM: ") {
				path = "enrol.dkim_domain"
			} else if options.Password == "" {
				problem += ": name its file with enrol.smtp_password_file, or set " + smtpPasswordVariable
			}
			wrong = append(wrong, wrongSetting{path, problem})
		}
	}
	return service, wrong
}

// readDKIMKey reads the key of DKIM.
func readDKIMKey(path string) (crypto.Signer, error) {
	pem, err := private.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the key of DKIM cannot be read: %w", err)
	}
	key, err := mail.ParseDKIMKey([]byte(pem))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// wrongMail returns what is wrong with the settings and templates of mails. It
// reads no secrets: commands that send nothing do not need them.
func (k *conf) wrongMail() []wrongSetting {
	var wrong []wrongSetting
	add := func(path, message string) { wrong = append(wrong, wrongSetting{path, message}) }
	if !k.keeps {
		if err := mail.CheckURL(k.config.MailServer()); err != nil {
			add("main.smtp_conn", err.Error())
		}
	}
	options := k.renderOptions()
	if _, err := mail.NewRenderer(mail.RenderOptions{PublicURL: options.PublicURL}); err != nil {
		add("enrol.public_url", err.Error())
		options.PublicURL = "https://example.com" // reported once
	}
	if _, err := mail.NewRenderer(options); err != nil {
		for problem := range strings.SplitSeq(err.Error(), "\n") {
			add("enrol.mail_templates", problem)
		}
	}
	for _, kind := range []struct {
		prefix string
		ssoconf.Mail
	}{{"signup.email_confirm", k.config.Signup.Confirm}, {"signup.email_welcome", k.config.Signup.Welcome}} {
		if !kind.Enabled {
			continue
		}
		for i, addresses := range [][]string{{kind.From}, kind.Cc, kind.Bcc} {
			for _, address := range addresses {
				if _, err := mail.ParseAddress(address); err != nil {
					add(kind.prefix+[]string{"_from", "_cc", "_bcc"}[i], fmt.Sprintf("%q %v", address, err))
				}
			}
		}
	}
	own := k.config.Enrol
	if dkim := []string{own.DKIMDomain, own.DKIMSelector, own.DKIMKeyFile}; strings.Join(dkim, "") != "" {
		for i, name := range []string{"dkim_domain", "dkim_selector", "dkim_key_file"} {
			if dkim[i] == "" {
				add("enrol."+name, "is empty: set dkim_domain, dkim_selector and dkim_key_file, or none of them")
			}
		}
	}
	return wrong
}
