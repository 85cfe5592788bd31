package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailServer is a real SMTP server that keeps what it receives.
type mailServer struct {
	t    *testing.T
	smtp *smtp.Server
	addr string

	mu          sync.Mutex
	mails       []received
	connections int

	// What it answers; nil: it accepts.
	onMail func(from string) error
	onRcpt func(to string) error
	onData func() error
	auth   []string // mechanisms
}

// received is a mail.
type received struct {
	helo, from  string
	user, login string
	to          []string
	utf8, tls   bool
	data        string
}

const testPassword = "correct-horse-battery"

// certificates are one for a server, and what trusts it.
var certificates = sync.OnceValues(func() (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"mail.example.test"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
})

// serveMail starts a server. implicit begins with TLS, starttls offers it.
func serveMail(t *testing.T, implicit, starttls bool, change ...func(*mailServer)) *mailServer {
	t.Helper()
	s := &mailServer{t: t}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain, s.smtp.EnableSMTPUTF8, s.smtp.AllowInsecureAuth = "mail.example.test", true, true
	s.smtp.ErrorLog = log.New(io.Discard, "", 0)
	certificate, _ := certificates()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if starttls {
		s.smtp.TLSConfig = config
	}
	for _, f := range change {
		f(s)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = listener.Addr().String()
	listener = counted{listener, s}
	if implicit {
		listener = tls.NewListener(listener, config)
	}
	go s.smtp.Serve(listener)
	t.Cleanup(func() { s.smtp.Close() })
	return s
}

func (s *mailServer) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c}, nil
}

// counted counts the connections of a listener.
type counted struct {
	net.Listener
	server *mailServer
}

func (c counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.server.mu.Lock()
		c.server.connections++
		c.server.mu.Unlock()
	}
	return conn, err
}

// received returns the mails so far.
func (s *mailServer) received() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

func (s *mailServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

type session struct {
	server *mailServer
	conn   *smtp.Conn
	mail   received
}

func (s *session) Reset()        { s.mail = received{user: s.mail.user, login: s.mail.login} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, options *smtp.MailOptions) error {
	_, s.mail.tls = s.conn.TLSConnectionState()
	s.mail.helo, s.mail.from, s.mail.utf8 = s.conn.Hostname(), from, options.UTF8
	if s.server.onMail != nil {
		return s.server.onMail(from)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.server.onRcpt != nil {
		if err := s.server.onRcpt(to); err != nil {
			return err
		}
	}
	s.mail.to = append(s.mail.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.server.onData != nil {
		if err := s.server.onData(); err != nil {
			return err
		}
	}
	s.mail.data = string(data)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

func (s *session) AuthMechanisms() []string { return s.server.auth }

func (s *session) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != "ada" || password != testPassword {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong: " + password}
		}
		s.mail.user, s.mail.login = user, mechanism
		return nil
	}
	server, err := s.mechanism(mechanism, check)
	if server == nil && err == nil {
		err = smtp.ErrAuthUnknownMechanism
	}
	return server, err
}

// loginServer is the server of AUTH LOGIN.
type loginServer struct {
	check func(user, password string) error
	user  string
	step  int
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

// localURL is the server's URL on loopback.
func (s *mailServer) localURL(scheme, user string) string { return scheme + "://" + user + s.addr }

// senderTo returns a sender for options.
func senderTo(t testing.TB, options Options) *sender {
	t.Helper()
	s, err := newSender(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for c := s.idle.take(); c != nil; c = s.idle.take() {
			c.close()
		}
	})
	return s
}

// remote makes a sender reach a server under the name mail.example.test, which is
// not on loopback.
func (s *mailServer) remote(t testing.TB, scheme, user string, change ...func(*Options)) *sender {
	t.Helper()
	_, trusted := certificates()
	options := Options{URL: scheme + "://" + user + "mail.example.test:2525", TLS: &tls.Config{RootCAs: trusted}}
	for _, f := range change {
		f(&options)
	}
	sender := senderTo(t, options)
	sender.server.dialer = redirected(s.addr)
	return sender
}

// redirected dials one address, whatever is asked for.
type redirected string

func (r redirected) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, string(r))
}

// scripted answers every connection with lines, each after one command, and closes
// it then. The first line is the greeting.
func scripted(t *testing.T, lines ...string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				buffer := make([]byte, 64<<10)
				for _, line := range lines {
					if line == "wait" {
						io.Copy(io.Discard, conn)
						return
					}
					if _, err := io.WriteString(conn, line+"\r\n"); err != nil {
						return
					}
					if _, err := conn.Read(buffer); err != nil {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().String()
}

func portOf(t testing.TB, addr string) int {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func refuse(code int, enhanced smtp.EnhancedCode, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: words}
}

var errSecret = errors.New("an error holds a secret")

// secretIn reports an error that has an address, the token or the password in it.
func secretIn(err error) error {
	text := strings.ToLower(err.Error())
	for _, secret := range []string{testToken, testPassword, "ada@", "example.org"} {
		if strings.Contains(text, secret) {
			return errSecret
		}
	}
	return nil
}
