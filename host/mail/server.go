package mail

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	gomail "github.com/wneessen/go-mail"

	"github.com/enrol-sso/enrol/signup"
)

// server is a mail server, and how to log in there.
type server struct {
	host     string
	port     int
	implicit bool // TLS from the beginning
	loopback bool
	user     string
	password signup.Secret
	auth     gomail.SMTPAuthType // "": the best that the server offers
	tls      *tls.Config
	dialer   dialer
}

var errNoUser = errors.New("mail server: there is a password or a way to log in, but the URL has no user")

// mechanisms are the values of ?auth=.
var mechanisms = map[string]gomail.SMTPAuthType{
	"plain":              gomail.SMTPAuthPlain,
	"login":              gomail.SMTPAuthLogin,
	"cram-md5":           gomail.SMTPAuthCramMD5,
	"scram-sha-1":        gomail.SMTPAuthSCRAMSHA1,
	"scram-sha-1-plus":   gomail.SMTPAuthSCRAMSHA1PLUS,
	"scram-sha-256":      gomail.SMTPAuthSCRAMSHA256,
	"scram-sha-256-plus": gomail.SMTPAuthSCRAMSHA256PLUS,
	"xoauth2":            gomail.SMTPAuthXOAUTH2,
	"ntlm":               gomail.SMTPAuthNTLM,
}

// CheckURL checks the URL of a mail server without its password. The error does not
// quote it.
func CheckURL(url string) error {
	_, err := parseServer(url, "x", nil)
	if errors.Is(err, errNoUser) {
		_, err = parseServer(url, "", nil)
	}
	return err
}

// parseServer reads the URL of a mail server. No error quotes it: a password may be
// in it by mistake.
func parseServer(text string, password signup.Secret, config *tls.Config) (*server, error) {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("mail server: is not a URL such as smtp://user@mail.example.com:587 or smtps://user@mail.example.com:465")
	}
	if _, has := u.User.Password(); has {
		return nil, errors.New("mail server: the URL must not contain the password")
	}
	query := u.Query()
	auth := query.Get("auth")
	delete(query, "auth")
	if len(query) > 0 || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("mail server: the URL may have ?auth= and no other query, no path and no fragment")
	}
	s := &server{host: u.Hostname(), implicit: u.Scheme == "smtps", user: u.User.Username(), password: password, dialer: &net.Dialer{}}
	if net.ParseIP(s.host) == nil {
		ascii, err := domainToASCII(s.host)
		if err != nil {
			return nil, errors.New("mail server: the host is not a domain")
		}
		s.host = ascii
	}
	s.loopback = isLoopback(s.host)
	if s.loopback {
		s.dialer = &net.Dialer{Control: onlyLoopback}
	}
	switch port := u.Port(); {
	case port != "":
		if s.port, err = strconv.Atoi(port); err != nil || s.port < 1 || s.port > 65_535 {
			return nil, errors.New("mail server: the port must be between 1 and 65535")
		}
	case s.implicit:
		s.port = 465
	default:
		s.port = 587
	}
	switch {
	case s.user != "" && password == "":
		return nil, errors.New("mail server: the URL has a user, but there is no password")
	case s.user == "" && (password != "" || auth != ""):
		return nil, errNoUser
	case strings.ContainsAny(s.user+string(password), "\x00\r\n"):
		return nil, errors.New("mail server: the user and the password must not contain line breaks")
	}
	if auth != "" {
		if s.auth = mechanisms[strings.ToLower(auth)]; s.auth == "" {
			return nil, fmt.Errorf("mail server: auth must be one of %s", strings.Join(slices.Sorted(maps.Keys(mechanisms)), ", "))
		}
	}
	s.tls = &tls.Config{}
	if config != nil {
		s.tls = config.Clone()
	}
	s.tls.MinVersion = max(s.tls.MinVersion, tls.VersionTLS12)
	if s.tls.ServerName == "" {
		s.tls.ServerName = s.host
	}
	if s.loopback && config == nil {
		s.tls.InsecureSkipVerify = true // nobody else hears it, and certificates are rarely made for localhost
	}
	return s, nil
}

// onlyLoopback refuses connections to other machines, after names are resolved:
// what is sent there may not be encrypted.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return errors.New("localhost is not this machine")
	}
	return nil
}

// options returns the options of go-mail for one connection. Each connection has
// its own Client, because a Client changes while it connects.
func (s *server) options() []gomail.Option {
	options := []gomail.Option{gomail.WithPort(s.port), gomail.WithTLSConfig(s.tls)}
	switch {
	case s.implicit:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS)) // the connection has it already
	case s.loopback:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.user == "" {
		return options
	}
	options = append(options, gomail.WithUsername(s.user), gomail.WithPassword(string(s.password)))
	plain, login := gomail.SMTPAuthPlain, gomail.SMTPAuthLogin
	if s.loopback && !s.implicit {
		plain, login = gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc
	}
	switch s.auth {
	case "":
		return append(options, gomail.WithOpportunisticSMTPAuth(
			gomail.SMTPAuthSCRAMSHA256PLUS, gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1PLUS, gomail.SMTPAuthSCRAMSHA1,
			plain, login, gomail.SMTPAuthCramMD5))
	case gomail.SMTPAuthPlain:
		return append(options, gomail.WithSMTPAuth(plain))
	case gomail.SMTPAuthLogin:
		return append(options, gomail.WithSMTPAuth(login))
	}
	return append(options, gomail.WithSMTPAuth(s.auth))
}
