package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Bounds of connections.
const (
	sendTimeout = 28 * time.Second // for a mail; the host waits for 30
	quitTimeout = 2 * time.Second
)

// connection is a connection to the mail server, after the login.
type connection struct {
	raw    net.Conn
	client *smtp.Client
	opened time.Time
	mails  int // that were sent through it
}

// connect returns an idle connection that still works, or a new one.
func (s *sender) connect(ctx context.Context) (*connection, error) {
	for c := s.idle.take(); c != nil; c = s.idle.take() {
		release := c.boundBy(ctx)
		err := c.client.Noop()
		if release() && err == nil {
			return c, nil
		}
		c.close()
	}
	return s.server.dial(ctx)
}

// dial opens a connection, and logs in.
func (s *server) dial(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	raw, err := s.dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.host, strconv.Itoa(s.port)))
	if err != nil {
		return nil, &failure{atConnect, err}
	}
	c := &connection{raw: raw, opened: time.Now()}
	release := c.boundBy(ctx)
	at, err := s.greet(ctx, c)
	if !release() && err == nil {
		at, err = atConnect, ctx.Err()
	}
	if err != nil {
		raw.Close()
		return nil, &failure{at, err}
	}
	return c, nil
}

// greet begins TLS and logs in. It says where an error happened.
func (s *server) greet(ctx context.Context, c *connection) (stage, error) {
	conn := c.raw
	if s.implicit {
		secure := tls.Client(c.raw, s.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return atConnect, err
		}
		conn = secure
	}
	options := append(s.options(),
		gomail.WithHELO(addressLiteral(c.raw.LocalAddr())),
		gomail.WithTimeout(sendTimeout),
		gomail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil }))
	client, err := gomail.NewClient(s.host, options...)
	if err != nil {
		return atConnect, err
	}
	if c.client, err = client.DialToSMTPClientWithContext(ctx); err != nil {
		if isLogin(err) {
			return atLogin, err
		}
		return atConnect, err
	}
	return 0, nil
}

// addressLiteral returns the name by which a client without a host name introduces
// itself (RFC 5321, section 4.1.4).
func addressLiteral(local net.Addr) string {
	tcp, ok := local.(*net.TCPAddr)
	if !ok {
		return "[127.0.0.1]"
	}
	if ip := tcp.IP.To4(); ip != nil {
		return "[" + ip.String() + "]"
	}
	return "[IPv6:" + tcp.IP.String() + "]"
}

// boundBy makes the connection end with a context, or when sendTimeout is over.
// The function that it returns undoes that, and reports whether the connection can
// still be used.
func (c *connection) boundBy(ctx context.Context) (release func() bool) {
	deadline := time.Now().Add(sendTimeout)
	if at, ok := ctx.Deadline(); ok && at.Before(deadline) {
		deadline = at
	}
	c.raw.SetDeadline(deadline)
	// Not Close: closing TLS may wait.
	return context.AfterFunc(ctx, func() { c.raw.SetDeadline(time.Unix(1, 0)) })
}

// transact sends a mail. It returns why copies of it were refused: for the user,
// it was still accepted.
func (c *connection) transact(m *Mail, message []byte) (refused []error, err error) {
	utf8 := m.needsUTF8()
	if supported, _ := c.client.Extension("SMTPUTF8"); utf8 && !supported {
		return nil, &failure{atRecipient, errNoUTF8}
	}
	c.client.SkipSMTPUTF8(!utf8)
	c.mails++
	if err := c.client.Mail("<" + m.From.Address + ">"); err != nil {
		return nil, &failure{atSender, err}
	}
	if err := c.client.Rcpt("<" + m.To + ">"); err != nil {
		return nil, &failure{atRecipient, err}
	}
	for _, copied := range append(append([]Address{}, m.CC...), m.BCC...) {
		if err := c.client.Rcpt("<" + copied.Address + ">"); err != nil {
			if f := (&failure{atRecipient, err}); f.code() == 0 || f.code() == serviceCloses {
				return nil, f
			}
			refused = append(refused, err)
		}
	}
	w, err := c.client.Data()
	if err == nil {
		_, err = w.Write(message)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, &failure{atContent, err}
	}
	return refused, nil
}

// reset prepares the connection for the next mail after an error.
func (c *connection) reset() error {
	c.raw.SetDeadline(time.Now().Add(quitTimeout))
	return c.client.Reset()
}

// quit ends the connection as the protocol wants it.
func (c *connection) quit() {
	c.raw.SetDeadline(time.Now().Add(quitTimeout))
	c.client.Quit()
	c.raw.Close()
}

func (c *connection) close() { c.raw.Close() }

var errNoUTF8 = errors.New("the mail server does not support SMTPUTF8, which the address needs")
