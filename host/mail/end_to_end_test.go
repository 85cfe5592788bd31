package mail

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

const endToEndConf = `
[main]
site_name=Analytical Engines
email_service=mail
[apps]
signup_allowed=CRM
[password]
min_complexity=0
[signup]
is_approval_needed=False
email_confirm_from=Engines <confirm@example.com>
email_welcome_from=welcome@example.com
[enrol]
message_cooldown=0
`

// waitFor waits until the server has so many mails, and returns the last one.
func (s *mailServer) waitFor(t *testing.T, n int) received {
	t.Helper()
	for range 1000 {
		if mails := s.received(); len(mails) >= n {
			return mails[n-1]
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("there are %d mails, not %d", len(s.received()), n)
	return received{}
}

// A person signs up, follows the link of the mail, and is welcomed. Another sign-up
// with the address tells its owner. A mail that the server refuses is a dead letter.
func TestSignupByMail(t *testing.T) {
	t.Parallel()
	server := serveMail(t, false, true, func(s *mailServer) {
		s.onRcpt = func(to string) error {
			if strings.HasPrefix(to, "bob@") {
				return refuse(550, smtp.EnhancedCode{5, 1, 1}, "<"+to+"> unknown")
			}
			return nil
		}
	})
	service, err := New(Options{URL: server.localURL("smtp", ""), Render: RenderOptions{PublicURL: testURL}})
	if err != nil {
		t.Fatal(err)
	}
	enrol, err := host.New(t.Context(), host.Options{
		Conf: endToEndConf, SecretKey: host.NewSecretKey(), Store: memory.New(), Audit: host.NewAuditLog(slog.DiscardHandler),
		Services: map[string]host.Service{"mail": service}, Native: true, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer enrol.Close(context.Background())
	signUp := func(username, email string) {
		t.Helper()
		answer, err := enrol.Signup(t.Context(), signup.SignupRequest{Username: username, Password: "a long passphrase", Email: email, AppList: []string{"CRM"}})
		if err != nil || !answer.OK() {
			t.Fatalf("%+v, %v", answer, err)
		}
	}
	signUp("ada", "ada@example.com")
	first := server.waitFor(t, 1)
	text, _, header := read(t, first.data)
	token := regexp.MustCompile(regexp.QuoteMeta(testURL) + `/confirm#([A-Za-z0-9_-]{32})\n`).FindStringSubmatch(text)
	if token == nil || header.Get("Subject") != "Confirm your account at Analytical Engines" || !regexp.MustCompile(`^<[0-9A-Za-z_-]+@example\.com>$`).MatchString(header.Get("Message-ID")) {
		t.Fatalf("the mail is %v\n%s", header, text)
	}
	if answer, err := enrol.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: signup.Secret(token[1])}); err != nil || !answer.OK() {
		t.Fatalf("%+v, %v", answer, err)
	}
	if _, _, header := read(t, server.waitFor(t, 2).data); header.Get("Subject") != "Welcome to Analytical Engines" || header.Get("From") != "<welcome@example.com>" {
		t.Errorf("the second mail is %v", header)
	}
	signUp("eve", "ada@example.com")
	if _, _, header := read(t, server.waitFor(t, 3).data); header.Get("Subject") != "You already have an account at Analytical Engines" {
		t.Errorf("the third mail is %v", header)
	}
	signUp("ada", "ada.two@example.com")
	if text, _, header := read(t, server.waitFor(t, 4).data); header.Get("Subject") != "Choose another username at Analytical Engines" || !strings.Contains(text, testURL+"/signup") {
		t.Errorf("the fourth mail is %v", header)
	}
	signUp("bob", "bob@example.com")
	for range 1000 {
		dead, err := enrol.Admin("key:ops").Dead(t.Context(), signup.DeadRequest{})
		if err != nil || !dead.OK() {
			t.Fatalf("%+v, %v", dead, err)
		}
		if len(dead.Events) == 0 {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		if reason := dead.Events[0].Reason; !strings.Contains(reason, "refused the recipient: 550 5.1.1") || strings.Contains(reason, "bob") {
			t.Errorf("the reason is %q", reason)
		}
		return
	}
	t.Error("there is no dead letter")
}
