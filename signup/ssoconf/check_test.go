package ssoconf

import (
	"slices"
	"strings"
	"testing"
)

func TestValuesMustNotContradictEachOther(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"[password]\nmin_length=65\nmax_length = 64", []string{"line 2, column 12: password.min_length is 65, more than password.max_length, which is 64: no password can meet both"}},
		{"[password]\nmin_length=257", []string{"line 2, column 12: password.min_length is 257, more than password.max_length, which is 256: no password can meet both"}},
		{"[password]\nmax_length = 7", []string{"line 2, column 14: password.min_length is 8, more than password.max_length, which is 7: no password can meet both"}},
		{"[apps]\ndefault=crm\nlogin_allowed=HR", []string{
			`line 2, column 9: apps.default: "crm" is not in apps.all: add it there, or change apps.default`,
		}},
		{"[apps]\nall=HR", []string{
			`line 2, column 5: apps.default: "CRM", its default, is not in apps.all: add it there, or change apps.default`,
		}},

		// A refused value is not checked against others.
		{"[apps]\nall=HR, ''\ndefault=HR", []string{"line 2, column 5: apps.all: entry 2: is empty: remove it"}},
		{"[password]\nmin_length=x\nmax_length=1", []string{`line 2, column 12: password.min_length: "x" is not a whole number from 0 to 1024: write digits only`}},

		// All errors are reported, in the order of the file.
		{"[password]\nmin_length=300\nexpiry=x\n[main]\nencrypt_email=x", []string{
			"line 2, column 12: password.min_length is 300, more than password.max_length, which is 256: no password can meet both",
			`line 3, column 8: password.expiry: "x" is not a whole number from 0 to 36500: write digits only`,
			`line 5, column 15: main.encrypt_email: "x" is neither true nor false: write True or False`,
		}},
	} {
		checkNotices(t, test.text, configErrors(t, test.text), test.want)
	}
}

func TestErrorsOfTheSyntaxComeAlone(t *testing.T) {
	const text = "[password]\nmin_length=x\nmax_length\n= 3"
	_, warnings, _ := Parse(text)
	checkNotices(t, text, warnings, nil)
	checkNotices(t, text, configErrors(t, text), []string{
		"line 3, column 1: this is neither a [section] nor key = value: add what is missing, or put a # before it",
		"line 4, column 1: there is no key before the =: write key = value",
	})
}

func TestConfigLengthIsLimited(t *testing.T) {
	longest := strings.Repeat("#", maxConfigLength)
	parseConfig(t, longest)
	text := longest + "\n"
	checkNotices(t, "", configErrors(t, text), []string{"the file is larger than 1048576 bytes: shorten it"})
}

func TestAppsMayAllBeEmpty(t *testing.T) {
	config, _ := parseConfig(t, "[apps]\nall=\nsignup_allowed=\nlogin_allowed=\ndefault=")
	if len(config.Apps.All)+len(config.Apps.LoginAllowed)+len(config.Apps.Default) > 0 {
		t.Errorf("there are apps: %+v", config.Apps)
	}
}

func TestConfigsThatMayNotDoWhatWasMeantGetWarnings(t *testing.T) {
	const (
		closed  = "apps.signup_allowed is empty, so nobody can sign up: list the applications that accept sign-ups"
		silent  = "neither main.email_service nor main.smtp_conn is set, so no message is sent: set one, or set signup.email_confirm_enabled and signup.email_welcome_enabled to False"
		fine    = "[apps]\nsignup_allowed=CRM\n[main]\nsmtp_conn=mail\n" // without warnings, 4 lines
		noRules = "user_validation.service does not list zato.sso.signup.validate, whose rules apply anyway: add it"
	)
	for _, test := range []struct {
		text string
		want []string
	}{
		{fine, nil},
		{"", []string{closed, silent}},
		{"[apps]\nsignup_allowed = # nobody\n[main]\nsmtp_conn=mail", []string{"line 2, column 18: " + closed}},
		{"[apps]\nsignup_allowed=CRM\n[main]\nemail_service=mail", nil},
		{"[apps]\nsignup_allowed=CRM\n[main]\nsmtp_conn=\nemail_service=", []string{"line 5, column 15: " + silent}},
		{"[apps]\nsignup_allowed=CRM\n[signup]\nemail_confirm_enabled=False", []string{"line 4, column 23: " + silent}},
		{"[apps]\nsignup_allowed=CRM\n[signup]\nemail_confirm_enabled=False\nemail_welcome_enabled=False", nil},

		{fine + "[user_validation]\nservice=", []string{"line 6, column 9: " + noRules}},
		{fine + "[user_validation]\nservice=my.check", []string{"line 6, column 9: " + noRules}},
		{fine + "[user_validation]\nservice=my.check, zato.sso.user.validate", nil},

		// The original starts with these.
		{fine + "[password]\nmin_length=0\nexpiry=0", []string{"line 6, column 12: password.min_length is 0, which allows every password except the empty one: set it to 15, or to 8 or more with a second factor"}},
		{"[apps]\nsignup_allowed=CRM, HR, Wiki\n[main]\nsmtp_conn=mail\n", []string{
			`line 2, column 16: apps.signup_allowed: "HR" is not in apps.all: add it there, or change apps.signup_allowed`,
			`line 2, column 16: apps.signup_allowed: "Wiki" is not in apps.all: add it there, or change apps.signup_allowed`,
		}},
		{"[apps]\nsignup_allowed=CRM\nlogin_allowed=CRM, HR\n[main]\nsmtp_conn=mail\n", []string{
			`line 3, column 15: apps.login_allowed: "HR" is not in apps.all: add it there, or change apps.login_allowed`,
		}},
		{"[apps]\nall=HR\ndefault=HR\nsignup_allowed=HR\n[main]\nsmtp_conn=mail\n", []string{
			`line 2, column 5: apps.login_allowed: "CRM", its default, is not in apps.all: add it there, or change apps.login_allowed`,
		}},
		{"[apps]\nall=CRM, CRM, HR, HR\nsignup_allowed=CRM, CRM\n[main]\nsmtp_conn=mail\n", []string{
			"line 2, column 5: apps.all: entry 2 is the same as entry 1 and has no effect: remove one of them",
			"line 3, column 16: apps.signup_allowed: entry 2 is the same as entry 1 and has no effect: remove one of them",
		}},
		{fine + "[user_validation]\nservice=zato.sso.signup.validate, a, a", []string{"line 6, column 9: user_validation.service: entry 3 is the same as entry 2 and has no effect: remove one of them"}},

		{fine + "[user_validation]\nreject_email=a, ''", []string{"line 6, column 14: user_validation.reject_email: entry 2 is empty and has no effect: remove it"}},

		{"expiry=1\n" + fine, []string{`line 1, column 1: the key "expiry" is in no section and has no effect: move it below its [section]`}},
		{fine + "site_nmae=a", []string{`line 5, column 1: main: the key "site_nmae" is not known and has no effect: did you mean site_name?`}},
		{fine + "expiry=1", []string{`line 5, column 1: main: the key "expiry" is not known and has no effect: remove it, or correct its name`}},
		{fine + " [signups]", []string{`line 5, column 2: the section "signups" is not known and has no effect: did you mean signup?`}},
		{fine + "[elsewhere]\nrounds=x", []string{`line 5, column 1: the section "elsewhere" is not known and has no effect: remove it, or correct its name`}},
		{fine + "[[signup]]\nmax_length_email=x", []string{`line 5, column 1: the section "signup" is inside main and has no effect: remove it, or one pair of its brackets`}},
	} {
		text := test.text
		if !strings.Contains(text, "[signup]\n") {
			text += "\n[signup]"
		}
		text += "\nis_approval_needed=0"
		if !strings.Contains(text, "[password]\n") {
			text += "\n[password]\nexpiry=0"
		}
		_, warnings := parseConfig(t, text)
		checkNotices(t, test.text, warnings, test.want)
	}
}

// A key that %(name)s refers to has an effect wherever it is. Removing it, as
// the warning advises, would break the file.
func TestKeysThatValuesReferToGetNoWarning(t *testing.T) {
	for text, want := range map[string][]string{
		"host = example.org\n[main]\nsite_name = %(host)s\n":                     nil,
		"[main]\nhost = example.org\nsite_name = %(host)s\n":                     nil,
		"[main]\nsite_name = %(host)s\n[DEFAULT]\nhost = example.org\nb = 1\n":   nil,
		"[main]\nsite_name = %(host)s\n[[DEFAULT]]\nhost = example.org\nb = 1\n": nil,
		"host = example.org\nport = 1\n[main]\nport = 2\nsite_name = %(port)s%(host)s\n[DEFAULT]\nhost = x\n[[x]]\nhost = y\n": {
			`line 2, column 1: the key "port" is in no section and has no effect: move it below its [section]`,
			`line 6, column 1: the section "DEFAULT" is not known and has no effect: remove it, or correct its name`,
		},
	} {
		_, warnings := parseConfig(t, text+"[apps]\nsignup_allowed=CRM\n[password]\nexpiry=0\n[signup]\nis_approval_needed=0\nemail_confirm_enabled=0\nemail_welcome_enabled=0\n")
		checkNotices(t, text, warnings, want)
	}
}

func checkNotices(t *testing.T, text string, notices []Notice, want []string) {
	t.Helper()
	var got []string
	for _, notice := range notices {
		got = append(got, notice.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q: got\n\t%s\nwant\n\t%s", text, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestWarningsComeWithErrors(t *testing.T) {
	_, warnings, err := Parse("[main]\nsmtp_con=a\nencrypt_email=x\n[apps]\nsignup_allowed=CRM\n[password]\nexpiry=0\n[signup]\nis_approval_needed=0\nemail_confirm_enabled=0\nemail_welcome_enabled=0")
	if err == nil || len(warnings) != 1 || warnings[0].Line != 2 {
		t.Errorf("got %v, %v", warnings, err)
	}
}

func TestConfigErrorIsOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"a":       "sso.conf: line 1, column 1: this is neither a [section] nor key = value: add what is missing, or put a # before it",
		"=\n=":    "sso.conf: line 1, column 1: there is no key before the =: write key = value (and 1 other error)",
		"=\n=\n=": "sso.conf: line 1, column 1: there is no key before the =: write key = value (and 2 other errors)",
	} {
		if _, _, err := Parse(text); err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v, want %s", text, err, want)
		}
	}
}

func TestClosestNameIsSuggested(t *testing.T) {
	known := []string{"rounds", "salt_size", "é"}
	for name, want := range map[string]string{
		"rounds":   "did you mean rounds?",
		"round":    "did you mean rounds?",
		"ruonds":   "did you mean rounds?",
		"Rounds_":  "did you mean rounds?",
		"saltsize": "did you mean salt_size?",
		"e":        "did you mean é?",
		"ronud5":   "remove it, or correct its name",
		"hounds__": "remove it, or correct its name",
	} {
		if got := correction(name, known); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
