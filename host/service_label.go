package host

import (
	"net/url"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// serviceLabel returns the name of a destination for operators. The core names no
// service for a message, since the sso.conf may change before it is sent: the name
// is the name of the current service.
func serviceLabel(config *ssoconf.Config, destination string) string {
	if destination != messageDestination {
		return destination
	}
	service := config.MessageService()
	switch {
	case service == "":
		return destination // the service was removed
	case service != ssoconf.SMTPService:
		return ssoconf.ServiceLabel(service)
	case config.MailServer() != "":
		return mailServerLabel(config.MailServer())
	case config.Main.SMTPConn == "" || strings.ContainsAny(config.Main.SMTPConn, ":@"): // may hold a password
		return service
	}
	return config.Main.SMTPConn
}

// messageDestination is what the core calls the message service, whatever it is.
const messageDestination = "message service"

// mailServerLabel returns the URL of a mail server without a user or a password.
func mailServerLabel(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return ssoconf.SMTPService
	}
	return u.Scheme + "://" + u.Host
}
