package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/host/page"
)

// check returns an error if the pages cannot have a sso.conf, or if nobody could
// ever sign up and confirm on them.
func (p *public) check(k *conf) error {
	if p == nil {
		return nil
	}
	wrong := []error{page.CheckSettings(k.config)}
	add := func(text string) { wrong = append(wrong, errors.New("public pages: "+text)) }
	if p.proxies != nil && k.config.Enrol.PublicURL == "" {
		add("--public-proxy needs enrol.public_url, the URL at which browsers reach the proxy: links in mails lead there")
	}
	if missing := k.missingMail(); missing != "" && len(k.config.Signup.CallbackServiceList) == 0 {
		add(missing)
	}
	if missing := k.missingApp(); missing != "" && len(k.config.Apps.SignupAllowed) < 2 {
		add(missing)
	}
	return errors.Join(wrong...)
}

// warn logs what makes the pages useless to some people, and what they change.
func (p *public) warn(k *conf) {
	if k.demands {
		p.logger.Info("confirming requires the password of the sign-up, on the pages and over REST, because enrol.confirm_requires_password is not set")
	}
	if missing := k.missingMail(); missing != "" {
		p.logger.Warn("the pages tell people to look into their inbox, so that a callback must send the token: " + missing)
	}
	if missing := k.missingApp(); missing != "" {
		p.logger.Warn("the pages work only with an application in their address, such as /signup?app=" + k.config.Apps.SignupAllowed[0] + ": " + missing)
	}
	if p.url() == "" && !strings.HasPrefix(k.config.Enrol.PublicURL, "https://") {
		p.logger.Warn("browsers on other machines send forms only over https, so that all of theirs are refused: " +
			"put a proxy that ends TLS in front of the pages, and set enrol.public_url to its https URL")
	}
}

// missingMail says what to set so that a sign-up sends a message, "" if one does.
func (k *conf) missingMail() string {
	switch {
	case k.config.MessageService() != "" && k.config.Signup.Confirm.Enabled:
		return ""
	case k.builtin():
		return "the built-in configuration sends no mail, and keeps it only on loopback, without an API key and without proxies: " +
			"give an sso.conf with --conf, and set main.smtp_conn there to the URL of a mail server"
	case !k.config.Signup.Confirm.Enabled:
		return "no message is sent after a sign-up: set signup.email_confirm_enabled to True"
	}
	return "no message can be sent: set main.smtp_conn to the URL of a mail server"
}

// missingApp says what to set so that pages without ?app= have an application to
// sign up to, "" if they have one.
func (k *conf) missingApp() string {
	apps := k.config.Apps
	switch {
	case slices.Contains(apps.SignupAllowed, apps.Default) && slices.Contains(apps.All, apps.Default):
		return ""
	case len(apps.SignupAllowed) == 0:
		return "nobody can sign up: set apps.signup_allowed"
	}
	return "set apps.default to an application in apps.all and apps.signup_allowed"
}
