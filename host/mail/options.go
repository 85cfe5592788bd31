package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// Options are how mails are written and sent. Only URL is required.
type Options struct {
	Render RenderOptions

	// URL is the URL of the mail server: smtp://user@host:587, with STARTTLS, or
	// smtps://user@host:465, with TLS from the beginning. The ports are the
	// defaults. Without a user, there is no login. The password has its own
	// option: a URL with one is refused.
	//
	// STARTTLS is required, except on loopback. ?auth= sets how to log in: plain,
	// login, cram-md5, scram-sha-1, scram-sha-256, either of these with -plus,
	// xoauth2 or ntlm. Without it, the best way that the server offers is used, and
	// NTLM only if there is no other. XOAUTH2 must be set, since its token replaces
	// the password.
	URL string

	// Password of the user of URL.
	Password signup.Secret

	// DKIM signs all mails. If nil, mails are not signed.
	DKIM *DKIM

	// TLS is the configuration of TLS, such as for a certificate authority of
	// your own. If nil, defaults are used.
	TLS *tls.Config

	// Logger receives a warning if a server refuses a copy (CC or BCC) of a mail
	// that it accepts for the user. If nil, there is no warning.
	Logger *slog.Logger
}

// New returns a message service that sends mails, for main.email_service or
// main.smtp_conn. It connects when it sends its first mail, keeps connections for
// the next ones, and closes those that are idle. The error names everything that is
// wrong with the options.
//
// While the server cannot be reached, or refuses the login, the service is down:
// all mails wait. A mail that the server refuses for now (4xx) is tried again; one
// that it refuses for good (5xx) becomes a dead letter, with the words of the
// server. No error contains an address, a token or the password.
func New(options Options) (host.Service, error) {
	s, err := newSender(options)
	if err != nil {
		return nil, err
	}
	return s.send, nil
}

// sender sends mails.
type sender struct {
	renderer *Renderer
	server   *server
	dkim     *DKIM
	logger   *slog.Logger
	idle     pool
}

func newSender(options Options) (*sender, error) {
	renderer, err := NewRenderer(options.Render)
	wrong := []error{err}
	at, err := parseServer(options.URL, options.Password, options.TLS)
	wrong = append(wrong, err)
	if options.DKIM != nil {
		wrong = append(wrong, options.DKIM.check())
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	logger := options.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &sender{renderer: renderer, server: at, dkim: options.DKIM, logger: logger}, nil
}

// send writes the mail of a call and sends it.
func (s *sender) send(ctx context.Context, call signup.ServiceCall) (string, error) {
	m, err := s.renderer.Render(call)
	if err != nil {
		return "", err
	}
	message, err := m.Message(s.dkim)
	if err != nil {
		return "", host.ServiceRefused("the mail could not be written: " + err.Error())
	}
	hidden := s.hidden(m, call)
	c, err := s.connect(ctx)
	if err != nil {
		return "", hidden.failure(err)
	}
	release := c.boundBy(ctx)
	refused, err := c.transact(m, message)
	if !release() {
		c.close()
	} else {
		s.idle.put(c, err)
	}
	for _, copy := range refused {
		s.logger.Warn("the mail server refused a copy of a mail", "event", call.Headers.ID, "reason", hidden.scrub(copy.Error()))
	}
	return "", hidden.failure(err)
}

// dialer opens connections. Tests have their own.
type dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}
