package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

func password(o *Options) { o.Password = testPassword }

// sendAda sends the mail to confirm.
func sendAda(t testing.TB, s *sender, change ...func(*message)) error {
	t.Helper()
	_, err := s.send(t.Context(), body(host.MessageConfirm, change...))
	return err
}

func TestMailArrives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name               string
		implicit, starttls bool
		scheme             string
	}{{"STARTTLS", false, true, "smtp"}, {"TLS", true, false, "smtps"}} {
		server := serveMail(t, c.implicit, c.starttls, func(s *mailServer) { s.auth = []string{"PLAIN"} })
		if err := sendAda(t, server.remote(t, c.scheme, "ada@", password), func(m *message) {
			m.CC, m.BCC = []string{"Copy <cc@example.com>"}, []string{"bcc@example.com"}
			m.From = "Büro <confirm@bücher.example>"
		}); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		mails := server.received()
		if len(mails) != 1 {
			t.Fatalf("%s: there are %d mails", c.name, len(mails))
		}
		m := mails[0]
		if !m.tls || m.user != "ada" || m.utf8 || m.from != "confirm@xn--bcher-kva.example" || m.helo != "[127.0.0.1]" ||
			!slices.Equal(m.to, []string{"ada@example.org", "cc@example.com", "bcc@example.com"}) {
			t.Errorf("%s: the mail is %+v", c.name, m)
		}
		if strings.Contains(m.data, "bcc@") || strings.Contains(m.data, "go-mail") {
			t.Errorf("%s: the mail has too much: %s", c.name, m.data)
		}
		text, html, header := read(t, m.data)
		want := render(t, renderer(t, RenderOptions{}), body(host.MessageConfirm))
		if text != want.Text || html != want.HTML {
			t.Errorf("%s: the parts are\n%s\n%s", c.name, text, html)
		}
		subject, _ := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
		from, err := header.AddressList("From")
		if err != nil || from[0].Name != "Büro" || subject != want.Subject || header.Get("Message-ID") != "<"+testID+"@xn--bcher-kva.example>" ||
			header.Get("Auto-Submitted") != "auto-generated" || header.Get("Date") != want.Headers["Date"] || header.Get("To") != "<ada@example.org>" {
			t.Errorf("%s: the header is %v, %v", c.name, header, err)
		}
	}
}

// read parses a mail with the standard library.
func read(t *testing.T, data string) (text, html string, header netmail.Header) {
	t.Helper()
	message, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	kind, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	var texts []string
	for _, want := range []string{"text/plain; charset=utf-8", "text/html; charset=utf-8"} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		if part.Header.Get("Content-Type") != want || part.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Errorf("a part has the header %v", part.Header)
		}
		content, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.ReplaceAll(string(content), "\r\n", "\n"))
	}
	if _, err := parts.NextRawPart(); err != io.EOF {
		t.Error("there are more parts", err)
	}
	return texts[0], texts[1], message.Header
}

func TestServiceOfNewSendsMails(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, false)
	service, err := New(Options{URL: server.localURL("smtp", "")})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds() {
		if answer, err := service(t.Context(), body(kind)); err != nil || answer != "" {
			t.Errorf("%s: %q, %v", kind, answer, err)
		}
	}
	if n := len(server.received()); n != len(kinds()) {
		t.Errorf("there are %d mails", n)
	}
	var failure *signup.CallError
	if _, err := service(t.Context(), signup.ServiceCall{}); !errors.As(err, &failure) {
		t.Errorf("an empty call: %v", err)
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, true)
	s := server.remote(t, "smtp", "")
	for range 5 {
		if err := sendAda(t, s); err != nil {
			t.Fatal(err)
		}
	}
	if n, m := server.count(), len(server.received()); n != 1 || m != 5 {
		t.Errorf("%d mails took %d connections", m, n)
	}
	// After a refusal too.
	server.onRcpt = func(string) error { return refuse(550, smtp.EnhancedCode{5, 1, 1}, "no") }
	if err := sendAda(t, s); err == nil {
		t.Error("a refused mail was sent")
	}
	server.onRcpt = nil
	if err := sendAda(t, s); err != nil || server.count() != 1 {
		t.Errorf("a refusal costs a connection: %d, %v", server.count(), err)
	}
	// One that was closed meanwhile is replaced.
	c := s.idle.take()
	c.raw.Close()
	s.idle.keep(c)
	if err := sendAda(t, s); err != nil || server.count() != 2 {
		t.Errorf("a closed connection was not replaced: %d, %v", server.count(), err)
	}
	// One that is old or has sent enough is closed.
	s.idle.idle[0].mails = maxMails
	if err := sendAda(t, s); err != nil || len(s.idle.idle) != 0 {
		t.Errorf("a connection is used forever: %v", err)
	}
	if err := sendAda(t, s); err != nil || server.count() != 3 {
		t.Errorf("%d connections, %v", server.count(), err)
	}
	s.idle.idle[0].opened = time.Now().Add(-maxOpened)
	if err := sendAda(t, s); err != nil || len(s.idle.idle) != 0 {
		t.Errorf("a connection is used forever: %v", err)
	}
}

func TestManyMailsAtOnce(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, true)
	s := server.remote(t, "smtp", "")
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			for range 3 {
				if err := sendAda(t, s); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if len(server.received()) != 36 || len(s.idle.idle) > maxIdle || len(s.idle.idle) != len(s.idle.timer) {
		t.Errorf("there are %d mails and %d idle connections", len(server.received()), len(s.idle.idle))
	}
}

func TestLogins(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		offered []string
		query   string
		want    string // "": there is no way
	}{
		{[]string{"PLAIN"}, "", "PLAIN"},
		{[]string{"LOGIN"}, "", "LOGIN"},
		{[]string{"LOGIN", "PLAIN"}, "", "PLAIN"},
		{[]string{"LOGIN", "PLAIN"}, "?auth=login", "LOGIN"},
		{[]string{"LOGIN", "PLAIN"}, "?auth=PLAIN", "PLAIN"},
		{[]string{"CRAM-MD5"}, "", "CRAM-MD5"},
		{[]string{"CRAM-MD5", "PLAIN"}, "", "PLAIN"},
		{[]string{"CRAM-MD5", "PLAIN"}, "?auth=cram-md5", "CRAM-MD5"},
		{[]string{"PLAIN", "SCRAM-SHA-1"}, "", "SCRAM-SHA-1"},
		{[]string{"SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"}, "", "SCRAM-SHA-1-PLUS"},
		{[]string{"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"}, "", "SCRAM-SHA-256"},
		{[]string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, "", "SCRAM-SHA-256-PLUS"},
		{[]string{"SCRAM-SHA-1", "SCRAM-SHA-256"}, "?auth=scram-sha-1", "SCRAM-SHA-1"},
		{[]string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, "?auth=scram-sha-256", "SCRAM-SHA-256"},
		{[]string{"SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"}, "?auth=scram-sha-1-plus", "SCRAM-SHA-1-PLUS"},
		{[]string{"SCRAM-SHA-256-PLUS"}, "?auth=scram-sha-256-plus", "SCRAM-SHA-256-PLUS"},
		{[]string{"PLAIN", "XOAUTH2"}, "?auth=xoauth2", "XOAUTH2"},
		{[]string{"NTLM"}, "", "NTLM"},
		{[]string{"NTLM", "CRAM-MD5"}, "", "CRAM-MD5"},
		{[]string{"NTLM", "PLAIN"}, "?auth=ntlm", "NTLM"},
		{[]string{"LOGIN"}, "?auth=plain", ""},
		{[]string{"LOGIN"}, "?auth=scram-sha-256", ""},
		{[]string{"XOAUTH2"}, "", ""},
		{[]string{"X-OTHER"}, "", ""},
		{nil, "", ""},
	} {
		for _, implicit := range []bool{false, true} {
			scheme := "smtp"
			if implicit {
				scheme = "smtps"
			}
			server := serveMail(t, implicit, !implicit, func(s *mailServer) { s.auth = c.offered })
			query := func(o *Options) { o.URL += c.query }
			err := sendAda(t, server.remote(t, scheme, "ada@", password, query))
			if c.want == "" {
				var failure *signup.CallError
				if !errors.As(err, &failure) || failure.Kind != signup.CallDown || !strings.Contains(err.Error(), "a way to log in") || secretIn(err) != nil {
					t.Errorf("%s %v%s: %v", scheme, c.offered, c.query, err)
				}
				continue
			}
			if mails := server.received(); err != nil || len(mails) != 1 || mails[0].user != "ada" || mails[0].login != c.want {
				t.Errorf("%s %v%s: %v, %v", scheme, c.offered, c.query, mails, err)
			}
			wrong := func(o *Options) { o.Password = "wrong-" + testPassword }
			err = sendAda(t, server.remote(t, scheme, "ada@", wrong, query))
			if err == nil || err.Error() != "the mail server refused the login: 535 5.7.8" || len(server.received()) != 1 {
				t.Errorf("%s %v%s with a wrong password: %v", scheme, c.offered, c.query, err)
			}
		}
	}
}

// A wrong password stops all mails until it is right: it is no reason to give up
// any of them.
func TestRefusedLoginMeansDown(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, true, func(s *mailServer) { s.auth = []string{"PLAIN"} })
	err := sendAda(t, server.remote(t, "smtp", "ada@", func(o *Options) { o.Password = "wrong-" + testPassword }))
	var failure *signup.CallError
	if !errors.As(err, &failure) || failure.Kind != signup.CallDown || err.Error() != "the mail server refused the login: 535 5.7.8" {
		t.Errorf("%v", err)
	}
}

func TestTLSIsRequiredExceptOnLoopback(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, false, func(s *mailServer) { s.auth = []string{"PLAIN"} })
	err := sendAda(t, server.remote(t, "smtp", "ada@", password))
	if err == nil || !strings.Contains(err.Error(), "STARTTLS") || len(server.received()) != 0 {
		t.Errorf("without STARTTLS: %v", err)
	}
	if err := sendAda(t, senderTo(t, Options{URL: server.localURL("smtp", "ada@"), Password: testPassword})); err != nil {
		t.Errorf("on loopback: %v", err)
	}
	local := serveMail(t, false, true)
	if err := sendAda(t, senderTo(t, Options{URL: local.localURL("smtp", "")})); err != nil || !local.received()[0].tls {
		t.Errorf("on loopback with STARTTLS: %v", err)
	}
	implicit := serveMail(t, true, false)
	if err := sendAda(t, senderTo(t, Options{URL: implicit.localURL("smtps", "")})); err != nil || !implicit.received()[0].tls {
		t.Errorf("on loopback with TLS: %v", err)
	}
	// The name localhost may not lead elsewhere.
	for _, name := range []string{"localhost", "127.0.0.2", "[::1]"} {
		to := senderTo(t, Options{URL: "smtp://" + name}).server
		if dialer := to.dialer.(*net.Dialer); !to.loopback || dialer.Control == nil || dialer.Control("tcp", "192.0.2.1:25", nil) == nil {
			t.Errorf("%s may be another machine", name)
		}
	}
}

func TestCertificatesAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		implicit bool
		scheme   string
		config   *tls.Config
	}{
		{false, "smtp", nil}, {true, "smtps", nil}, {true, "smtps", &tls.Config{ServerName: "other.example.test"}},
	} {
		server := serveMail(t, c.implicit, !c.implicit)
		err := sendAda(t, server.remote(t, c.scheme, "", func(o *Options) { o.TLS = c.config }))
		if err == nil || !strings.Contains(err.Error(), "certificate") || len(server.received()) != 0 {
			t.Errorf("%s: %v", c.scheme, err)
		}
		var failure *signup.CallError
		if !errors.As(err, &failure) || failure.Kind != signup.CallDown {
			t.Errorf("%s: %v", c.scheme, err)
		}
	}
}

func TestAnswersOfTheServer(t *testing.T) {
	t.Parallel()
	words := "<Ada@Example.ORG>: user ada of example.org unknown, token " + testToken + " password " + testPassword + "\u202e"
	clean := "<[redacted]>: user [redacted] of [redacted] unknown, token [redacted] password [redacted]"
	for _, c := range []struct {
		change func(s *mailServer)
		kind   signup.CallFailure
		reason string
	}{
		{func(s *mailServer) {
			s.onRcpt = func(string) error { return refuse(550, smtp.EnhancedCode{5, 1, 1}, words) }
		}, signup.CallFinal, "the mail server refused the recipient: 550 5.1.1 " + clean},
		{func(s *mailServer) {
			s.onRcpt = func(string) error { return refuse(450, smtp.EnhancedCode{4, 2, 0}, "greylisted: "+words) }
		}, signup.CallRefused, "the mail server refused the recipient: 450 4.2.0 greylisted: " + clean},
		{func(s *mailServer) {
			s.onRcpt = func(string) error { return refuse(421, smtp.EnhancedCode{4, 3, 2}, "closing") }
		}, signup.CallDown, "the mail server refused the recipient: 421 4.3.2 closing"},
		{func(s *mailServer) {
			s.onMail = func(string) error { return refuse(451, smtp.EnhancedCode{4, 7, 1}, "slow down") }
		}, signup.CallDown, "the mail server refused the sender: 451 4.7.1 slow down"},
		{func(s *mailServer) {
			s.onMail = func(string) error { return refuse(553, smtp.EnhancedCode{5, 7, 1}, "not yours") }
		}, signup.CallFinal, "the mail server refused the sender: 553 5.7.1 not yours"},
		{func(s *mailServer) {
			s.onMail = func(string) error { return refuse(530, smtp.EnhancedCode{5, 7, 0}, "authentication required") }
		}, signup.CallDown, "the mail server refused the sender: 530 5.7.0 authentication required"},
		{func(s *mailServer) {
			s.onData = func() error { return refuse(554, smtp.EnhancedCode{5, 7, 1}, "spam") }
		}, signup.CallFinal, "the mail server refused the mail: 554 5.7.1 spam"},
		{func(s *mailServer) {
			s.onData = func() error { return refuse(452, smtp.EnhancedCode{4, 3, 1}, "full") }
		}, signup.CallRefused, "the mail server refused the mail: 452 4.3.1 full"},
		{func(s *mailServer) {
			s.onData = func() error { return refuse(550, smtp.EnhancedCode{5, 7, 1}, strings.Repeat("long ", 100)) }
		}, signup.CallFinal, "the mail server refused the mail: " + ("550 5.7.1 " + strings.Repeat("long ", 100))[:300] + "…"},
	} {
		server := serveMail(t, false, true, c.change)
		s := server.remote(t, "smtp", "")
		s.server.password = testPassword // as if there were a login
		err := sendAda(t, s)
		var failure *signup.CallError
		if !errors.As(err, &failure) || failure.Kind != c.kind || failure.Reason != c.reason {
			t.Errorf("%v, not %s: %s", err, c.kind, c.reason)
		}
	}
}

func TestBrokenConnectionsMeanDown(t *testing.T) {
	t.Parallel()
	const ehlo = "250-mail.example.test\r\n250 8BITMIME"
	for name, lines := range map[string][]string{
		"no greeting":          {},
		"greeting 421":         {"421 busy"},
		"greeting 554":         {"554 go away"},
		"no SMTP":              {"HTTP/1.1 400 Bad Request"},
		"closed after EHLO":    {"220 hello"},
		"closed after MAIL":    {"220 hello", ehlo},
		"closed after RCPT":    {"220 hello", ehlo, "250 ok"},
		"closed after DATA":    {"220 hello", ehlo, "250 ok", "250 ok"},
		"closed after content": {"220 hello", ehlo, "250 ok", "250 ok", "354 go on"},
	} {
		s := senderTo(t, Options{URL: "smtp://" + scripted(t, lines...)})
		err := sendAda(t, s)
		var failure *signup.CallError
		if !errors.As(err, &failure) || failure.Kind != signup.CallDown || secretIn(err) != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(s.idle.idle) != 0 {
			t.Errorf("%s: a broken connection is kept", name)
		}
	}
	closed := scripted(t)
	s := senderTo(t, Options{URL: fmt.Sprintf("smtp://127.0.0.1:%d", portOf(t, closed))})
	s.server.port = 1
	var failure *signup.CallError
	if err := sendAda(t, s); !errors.As(err, &failure) || failure.Kind != signup.CallDown || !strings.Contains(err.Error(), "refused") {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestSlowServerMeansDown(t *testing.T) {
	t.Parallel()
	const ehlo = "250-mail.example.test\r\n250 8BITMIME"
	for name, lines := range map[string][]string{
		"no greeting":       {"wait"},
		"no answer to EHLO": {"220 hello", "wait"},
		"no answer to MAIL": {"220 hello", ehlo, "wait"},
		"no answer to DATA": {"220 hello", ehlo, "250 ok", "250 ok", "wait"},
	} {
		for _, scheme := range []string{"smtp", "smtps"} {
			s := senderTo(t, Options{URL: scheme + "://" + scripted(t, lines...)})
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			began := time.Now()
			_, err := s.send(ctx, body(host.MessageConfirm))
			cancel()
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("%s, %s: it took %s", name, scheme, took)
			}
			var failure *signup.CallError
			if !errors.As(err, &failure) || failure.Kind != signup.CallDown || len(s.idle.idle) != 0 {
				t.Errorf("%s, %s: %v", name, scheme, err)
			}
			if scheme == "smtp" && err.Error() != "the mail server took too long" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestRefusedCopyDoesNotKeepTheMailFromTheUser(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, true, func(s *mailServer) {
		s.onRcpt = func(to string) error {
			if to != "ada@example.org" {
				return refuse(550, smtp.EnhancedCode{5, 1, 1}, "no such user "+to)
			}
			return nil
		}
	})
	var log strings.Builder
	s := server.remote(t, "smtp", "", func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	if err := sendAda(t, s, func(m *message) { m.CC, m.BCC = []string{"cc@example.com"}, []string{"bcc@example.com"} }); err != nil {
		t.Fatal(err)
	}
	mails := server.received()
	if len(mails) != 1 || !slices.Equal(mails[0].to, []string{"ada@example.org"}) {
		t.Errorf("the mails are %v", mails)
	}
	if text := log.String(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "event="+testID) || !strings.Contains(text, "no such user [redacted]") || strings.Contains(text, "@") {
		t.Errorf("the log is %s", text)
	}
}

func TestSMTPUTF8IsUsedOnlyWhereTheAddressNeedsIt(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, true)
	s := server.remote(t, "smtp", "")
	for to, want := range map[string]struct {
		to   string
		utf8 bool
	}{
		"ada@bücher.example":  {"ada@xn--bcher-kva.example", false},
		"ünal@bücher.example": {"ünal@xn--bcher-kva.example", true},
		"Ada+x@example.org":   {"Ada+x@example.org", false},
	} {
		before := len(server.received())
		if err := sendAda(t, s, func(m *message) { m.To = to }); err != nil {
			t.Fatalf("%s: %v", to, err)
		}
		m := server.received()[before]
		if m.utf8 != want.utf8 || !slices.Equal(m.to, []string{want.to}) || !strings.Contains(m.data, "To: <"+want.to+">") {
			t.Errorf("%s: %v, %v", to, m.utf8, m.to)
		}
	}
	old := serveMail(t, false, true, func(s *mailServer) { s.smtp.EnableSMTPUTF8 = false })
	err := sendAda(t, old.remote(t, "smtp", ""), func(m *message) { m.To = "ünal@example.com" })
	var failure *signup.CallError
	if !errors.As(err, &failure) || failure.Kind != signup.CallFinal || !strings.Contains(err.Error(), "SMTPUTF8") || len(old.received()) != 0 {
		t.Errorf("a server without SMTPUTF8: %v", err)
	}
}

func TestOptionsOfTheServerAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		url, password, want string
	}{
		{"", "", "is not a URL"},
		{"My SMTP", "", "is not a URL"},
		{"https://mail.example.com", "", "is not a URL"},
		{"smtp:mail.example.com", "", "is not a URL"},
		{"smtp://", "", "is not a URL"},
		{"smtp://mail.example.com:x%secret", "", "is not a URL"},
		{"smtp://ada:secret@mail.example.com", "", "must not contain the password"},
		{"smtp://mail.example.com/secret", "", "no path"},
		{"smtp://mail.example.com#secret", "", "no fragment"},
		{"smtp://mail.example.com?secret=1", "", "no other query"},
		{"smtp://mail.example.com:0", "", "the port"},
		{"smtp://mail.example.com:65536", "", "the port"},
		{"smtp://mail_.example.com", "", "the host is not a domain"},
		{"smtp://ada@mail.example.com", "", "there is no password"},
		{"smtp://mail.example.com", "secret", "has no user"},
		{"smtp://mail.example.com?auth=plain", "", "has no user"},
		{"smtp://ada%0d%0aX@mail.example.com", "secret", "line breaks"},
		{"smtp://ada@mail.example.com", "secret\n", "line breaks"},
		{"smtp://ada@mail.example.com?auth=secret", "secret", "auth must be one of cram-md5, login, ntlm, plain, scram-sha-1, scram-sha-1-plus, scram-sha-256, scram-sha-256-plus, xoauth2"},
	} {
		service, err := New(Options{URL: c.url, Password: signup.Secret(c.password)})
		if service != nil || err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", c.url, err)
		}
	}
	for url, valid := range map[string]bool{
		"smtp://mail.example.com": true, "smtps://ada@mail.example.com?auth=plain": true, "smtp://ada:x@mail.example.com": false, "mail": false,
	} {
		if err := CheckURL(url); (err == nil) != valid {
			t.Errorf("%s: %v", url, err)
		}
	}
	_, err := New(Options{Render: RenderOptions{Language: "xx"}, URL: "x", DKIM: &DKIM{}})
	for _, want := range []string{"language", "mail server", "DKIM"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
	for url, want := range map[string]string{
		"smtp://mail.example.com": "mail.example.com:587", "smtps://MAIL.example.com": "mail.example.com:465",
		"smtps://ada%40example.com@[::1]:2465?auth=xoauth2": "::1:2465", "smtp://bücher.example:25/": "xn--bcher-kva.example:25",
		"smtp://FAẞ.example": "xn--fa-hia.example:587", "smtp://faß.example": "xn--fa-hia.example:587",
	} {
		pass := signup.Secret("")
		if strings.Contains(url, "ada") {
			pass = "secret"
		}
		s, err := parseServer(url, pass, nil)
		if err != nil || fmt.Sprintf("%s:%d", s.host, s.port) != want || s.implicit != strings.HasPrefix(url, "smtps") {
			t.Errorf("%s: %+v, %v", url, s, err)
		}
		if pass != "" && (s.user != "ada@example.com" || !s.loopback) {
			t.Errorf("%s: the user is %q", url, s.user)
		}
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, true)
	s := server.remote(t, "smtp", "")
	if err := sendAda(t, s); err != nil {
		t.Fatal(err)
	}
	s.idle.mu.Lock()
	c := s.idle.idle[0]
	s.idle.timer[c].Reset(0)
	s.idle.mu.Unlock()
	for range 500 {
		if _, err := c.raw.Write(nil); err != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if _, err := c.raw.Write(nil); err == nil || s.idle.take() != nil {
		t.Error("an idle connection stays open")
	}
}

func TestClientIntroducesItselfByItsAddress(t *testing.T) {
	t.Parallel()
	for want, addr := range map[string]net.Addr{
		"[192.0.2.1]":        &net.TCPAddr{IP: net.ParseIP("192.0.2.1")},
		"[IPv6:2001:db8::1]": &net.TCPAddr{IP: net.ParseIP("2001:db8::1")},
		"[127.0.0.1]":        &net.UnixAddr{},
	} {
		if got := addressLiteral(addr); got != want {
			t.Errorf("%v is %s", addr, got)
		}
	}
}

func TestWordsOfTheServerAreScrubbed(t *testing.T) {
	t.Parallel()
	h := &hidden{texts: []string{testPassword, testToken, "ada@example.org"}, words: []string{"ada", "example.org"}}
	for text, want := range map[string]string{
		"ada":                         "[redacted]",
		"Adam and Ada, canada":        "Adam and [redacted], canada",
		"<ADA@EXAMPLE.ORG> unknown":   "<[redacted]> unknown",
		"x=" + testToken + "y":        "x=[redacted]y",
		"eve@example.com or eve%40x":  "[redacted] or [redacted]",
		"a\r\nb\u202ec  d":            "a b c d",
		"MX of example.org, xexample": "MX of [redacted], xexample",
	} {
		if got := h.scrub(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}
