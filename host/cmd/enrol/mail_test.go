package main

import (
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// inbox is an SMTP server that keeps what it receives.
type inbox struct {
	t    *testing.T
	addr string

	mu    sync.Mutex
	mails []string
	users []string
}

const testSMTPPassword = "correct-horse-battery"

func newInbox(t *testing.T) *inbox {
	t.Helper()
	i := &inbox{t: t}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &inboxSession{inbox: i}, nil }))
	server.AllowInsecureAuth = true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	i.addr = listener.Addr().String()
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return i
}

// next waits for a mail after the first n.
func (i *inbox) next(n int) string {
	i.t.Helper()
	for range 2000 {
		i.mu.Lock()
		if len(i.mails) > n {
			defer i.mu.Unlock()
			return i.mails[n]
		}
		i.mu.Unlock()
		time.Sleep(10 * time.Millisecond)
	}
	i.t.Fatalf("there are only %d mails", n)
	return ""
}

type inboxSession struct {
	inbox *inbox
	user  string
}

func (s *inboxSession) Reset()                               {}
func (s *inboxSession) Logout() error                        { return nil }
func (s *inboxSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *inboxSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *inboxSession) AuthMechanisms() []string             { return []string{sasl.Plain} }

func (s *inboxSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != testSMTPPassword {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password " + password}
		}
		s.user = user
		return nil
	}), nil
}

func (s *inboxSession) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	s.inbox.mails, s.inbox.users = append(s.inbox.mails, string(data)), append(s.inbox.users, s.user)
	return err
}

// mailConf is an sso.conf that sends mails.
func mailConf(url, own string) string {
	conf := strings.ReplaceAll(fastConf, "email_confirm_enabled=False", "email_confirm_enabled=True")
	return strings.Replace(conf, "[enrol]", "[main]\nsmtp_conn="+url+"\n[enrol]\nmessage_cooldown=0\n"+own, 1)
}

func TestServeSendsMails(t *testing.T) {
	i := newInbox(t)
	h := newWorkdir(t)
	h.write("smtp.password", testSMTPPassword+"\n", 0o600)
	conf := mailConf("smtp://ada@"+i.addr, "public_url=https://join.example.com\nlanguage=de\nsmtp_password_file=smtp.password\n")
	h.write("sso.conf", conf, 0o644)
	p, address := h.serve("--conf", "sso.conf")
	status, signed, err := post(address, signupPath, flat("ada"))
	if status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	first := strings.ReplaceAll(i.next(0), "=\r\n", "")
	if !strings.Contains(first, "Content-Language: de\r\n") || !strings.Contains(first, "https://join.example.com/confirm#"+signed.ConfirmToken) || i.users[0] != "ada" {
		t.Errorf("%v was sent\n%s", i.users, first)
	}
	// Templates apply after SIGHUP. Broken ones are refused.
	if err := os.Mkdir(h.path("mails"), 0o755); err != nil {
		t.Fatal(err)
	}
	h.write("mails/sso-confirm.txt", "Subject: Ours\n\nThe code is {tokn}\n", 0o644)
	h.write("sso.conf", conf+"mail_templates=mails\n", 0o644)
	p.hangUp("the old one stays in force")
	if !strings.Contains(p.stderr.String(), "sso.conf:") || !strings.Contains(p.stderr.String(), "sso-confirm.txt: line 3: {tokn} is not a placeholder") {
		t.Errorf("the log is %s", p.stderr)
	}
	h.write("mails/sso-confirm.txt", "Subject: Ours\n\nThe code is {token}\n", 0o644)
	p.hangUp("the configuration is in force")
	if status, _, err := post(address, signupPath, flat("grace")); status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	if second := i.next(1); !strings.Contains(second, "Subject: Ours\r\n") || !strings.Contains(second, "The code is ") {
		t.Errorf("the second mail is %s", second)
	}
	p.signal(syscall.SIGTERM)
	end := p.wait().want(exitOK)
	for _, secret := range []string{testSMTPPassword, signed.ConfirmToken, "ada@example"} {
		if strings.Contains(end.stderr, secret) {
			t.Errorf("%q was logged: %s", secret, end.stderr)
		}
	}
}

func TestMailsWaitWhileTheServerRefusesTheLogin(t *testing.T) {
	i := newInbox(t)
	h := newWorkdir(t)
	const wrong = "wrong-horse-battery"
	h.env = []string{smtpPasswordVariable + "=" + wrong}
	h.write("sso.conf", mailConf("smtp://ada@"+i.addr, ""), 0o644)
	p, address := h.serve("--conf", "sso.conf")
	if status, _, err := post(address, signupPath, flat("ada")); status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	if p.stderr.await(regexp.MustCompile(`a delivery failed and will be tried again.*kind=confirm service=smtp://127\.0\.0\.1:\d+ failure=down.*refused the login: 535 5\.7\.8`)) == nil {
		t.Errorf("the log is %s", p.stderr)
	}
	p.signal(syscall.SIGTERM)
	if end := p.wait().want(exitOK); strings.Contains(end.stderr, wrong) {
		t.Errorf("the password was logged: %s", end.stderr)
	}
	// The next run delivers, also of a batch.
	h.env = []string{smtpPasswordVariable + "=" + testSMTPPassword}
	p, _ = h.serve("--conf", "sso.conf")
	if first := i.next(0); !strings.Contains(first, "Content-Language: en\r\n") {
		t.Errorf("the mail is %s", first)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
	h.fast(flat("grace")+"\n", "signup").want(exitOK)
	i.next(1)
}

func TestConfCheckChecksTheSettingsOfMails(t *testing.T) {
	h := newWorkdir(t)
	for name, c := range map[string]struct{ url, own, want string }{
		"URL":       {"smtp://mail.example.com:x", "", "main.smtp_conn: mail server: is not a URL"},
		"password":  {"smtp://ada:secret-secret@mail.example.com", "", "main.smtp_conn: mail server: the URL must not contain the password"},
		"slashes":   {"smtp:ada:secret-secret", "", "main.smtp_conn: mail server: is not a URL"},
		"public":    {"smtp://mail.example.com", "public_url=http://example.com\n", "enrol.public_url: public URL: must be https"},
		"folder":    {"smtp://mail.example.com", "mail_templates=missing\n", "enrol.mail_templates: missing: the folder of templates cannot be read: no such file or directory"},
		"template":  {"smtp://mail.example.com", "email_confirm_template=ours.txt\n", `signup.email_confirm_template is "ours.txt", but`},
		"sender":    {"smtp://mail.example.com", "email_confirm_from=nobody\n", `signup.email_confirm_from: "nobody" is not an address`},
		"copy":      {"smtp://mail.example.com", "email_confirm_bcc=a@example.com, b\n", `signup.email_confirm_bcc: "b" is not an address`},
		"signature": {"smtp://mail.example.com", "dkim_domain=example.com\n", "enrol.dkim_selector: is empty"},
	} {
		conf := mailConf(c.url, c.own)
		if strings.HasPrefix(c.own, "email_") {
			conf = strings.Replace(mailConf(c.url, ""), "[signup]\n", "[signup]\n"+c.own, 1)
		}
		h.write("a.conf", conf, 0o644)
		got := h.run("", "conf", "check", "a.conf").want(exitMistake, "a.conf: ")
		if !strings.Contains(got.stdout, c.want) || strings.Contains(got.stdout+got.stderr, "secret-secret") {
			t.Errorf("%s: %s", name, got.stdout)
		}
		served := h.run("", "serve", "--listen", "nonsense", "--conf", "a.conf").want(exitMistake, "a.conf cannot be used")
		if !strings.Contains(served.stderr, c.want) || strings.Contains(served.stderr, "secret-secret") {
			t.Errorf("%s: %s", name, served.stderr)
		}
	}
}

// TestDeliveringNeedsTheSecretsOfMails: serve and signup stop before they make
// anything, conf check says the same, and commands that send nothing work.
func TestDeliveringNeedsTheSecretsOfMails(t *testing.T) {
	h := newWorkdir(t)
	h.write("open.key", testSMTPPassword, 0o644)
	h.write("bad.key", "no key", 0o600)
	h.write("empty.key", "\n", 0o600)
	for own, want := range map[string]string{
		"":                               "main.smtp_conn: mail server: the URL has a user, but there is no password: name its file with enrol.smtp_password_file, or set ENROL_SMTP_PASSWORD",
		"smtp_password_file=missing\n":   "enrol.smtp_password_file: the password of the mail server cannot be read: lstat missing",
		"smtp_password_file=open.key\n":  "enrol.smtp_password_file: the password of the mail server cannot be read: open.key",
		"smtp_password_file=empty.key\n": "enrol.smtp_password_file: empty.key is empty",
		"dkim_domain=example.com\ndkim_selector=a\ndkim_key_file=missing\n": "enrol.dkim_key_file: the key of DKIM cannot be read: lstat missing",
		"dkim_domain=example.com\ndkim_selector=a\ndkim_key_file=bad.key\n": "enrol.dkim_key_file: bad.key: DKIM: the key is not",
	} {
		h.write("sso.conf", mailConf("smtp://ada@127.0.0.1:1", own), 0o644)
		served := h.fast("", "serve").want(exitMistake, "1 error").stderr
		signed := h.fast("", "signup").want(exitMistake, "1 error").stderr
		checked := h.run("", "conf", "check", "sso.conf").want(exitMistake, "1 error").stdout
		for _, got := range []string{served, signed, checked} {
			if !strings.Contains(got, want) || !strings.Contains(got, "sso.conf:") {
				t.Errorf("%q: %s", own, got)
			}
		}
		h.fast("", "validate").want(exitOK)
	}
	if h.exists("data.key") || h.exists("data") || h.exists("data.audit.jsonl") {
		t.Error("a refused configuration left files behind")
	}
}
