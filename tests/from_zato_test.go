package tests

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// fromZato returns the page about moving from the original, and its snippets of
// an sso.conf.
func fromZato(t *testing.T) (page string, snippets []string) {
	t.Helper()
	text, err := os.ReadFile("../host/docs/from-zato.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile("(?s)```ini\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		snippets = append(snippets, found[1])
	}
	return string(text), snippets
}

// originalConf is a file of the original that names services.
const originalConf = `[main]
smtp_conn=My SMTP
[apps]
all=CRM
signup_allowed=CRM
[password]
expiry=0
[signup]
is_approval_needed=True
callback_service_list=my.callback
[user_validation]
service=zato.sso.signup.validate, my.rules
`

func TestSettingsOfTheOriginalAreUsableAsThePageSays(t *testing.T) {
	t.Parallel()
	_, snippets := fromZato(t)
	if len(snippets) != 2 {
		t.Fatalf("the page has %d snippets", len(snippets))
	}
	services, settings := strings.ReplaceAll(snippets[0], "   ", ""), snippets[1]
	smtp := strings.Replace(services, "my.email=https://mail.example.com/send\n", "", 1)
	config, notices, err := ssoconf.Parse(originalConf + smtp + settings)
	if err != nil || len(notices) > 0 {
		t.Fatalf("%v %v", err, notices)
	}
	byEmail := strings.Replace(originalConf, "smtp_conn=My SMTP", "email_service=my.email", 1) + strings.Replace(services, "My SMTP=https://mail.example.com/send\n", "", 1)
	if _, notices, err := ssoconf.Parse(byEmail + settings); err != nil || len(notices) > 0 {
		t.Errorf("with email_service: %v %v", err, notices)
	}
	e := config.Enrol
	for name, as := range map[string]bool{
		"username_characters":       e.UsernameCharacters == ssoconf.UsernamePrecis,
		"reject_match":              e.RejectMatch == ssoconf.RejectSubstring,
		"block_common_passwords":    !e.BlockCommonPasswords,
		"block_personal_passwords":  !e.BlockPersonalPasswords,
		"bind_apps":                 !e.BindApps,
		"confirm_requires_password": !e.ConfirmRequiresPassword,
		"confirm_within":            e.ConfirmWithin == 365*24*60,
		"unknown_fields":            e.UnknownFields == ssoconf.IgnoreUnknown,
		"password_hash":             e.PasswordHash == signup.PBKDF2SHA512,
		"rates":                     e.RateSignup+e.RateConfirm+e.RateResend+e.RateVerify == 0,
	} {
		if !as {
			t.Errorf("%s is not as in the original", name)
		}
	}
}

// Every setting of [enrol] is in the snippet, or is one of those that change no
// decision, or is named as left out on purpose.
func TestFromZatoPageHasEverySettingOfEnrol(t *testing.T) {
	t.Parallel()
	page, snippets := fromZato(t)
	indifferent := map[string]bool{
		"argon2_memory": true, "argon2_iterations": true, "argon2_parallelism": true, "buckets": true, "idempotency_hours": true,
		"username_min_length": true, // of no effect with username_characters=precis
	}
	settings, err := ssoconf.ParseSettings("")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings {
		if s.Section != "enrol" || indifferent[s.Name] || strings.Contains(snippets[1], "\n"+s.Name+"=") || strings.Contains(page, "`"+s.Name+"`") {
			continue
		}
		t.Errorf("%s is not on the page", s.Path())
	}
}

// Each row of a table says what differs, how, and why.
func TestEveryDifferenceHasItsReason(t *testing.T) {
	t.Parallel()
	page, _ := fromZato(t)
	rows := 0
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 3 || strings.TrimSpace(cells[2]) == "" {
			t.Errorf("%s has %d cells, want 3", line, len(cells))
		}
	}
	if rows < 30 {
		t.Errorf("there are %d rows", rows)
	}
}
