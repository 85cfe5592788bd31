package advice

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// undecided returns the keys that lint reports as undecided.
func undecided(t *testing.T, text string) (keys []string) {
	t.Helper()
	for _, f := range lint(t, text) {
		if f.Rule == "decide" {
			if f.Severity != Low || f.Line == 0 {
				t.Errorf("%+v", f)
			}
			keys = append(keys, f.Key)
		}
	}
	return keys
}

func TestEverySettingToDecideIsReported(t *testing.T) {
	want := []string{
		"main.email_service", "main.site_name",
		"apps.all", "apps.signup_allowed", "apps.login_allowed", "apps.default",
		"signup.is_approval_needed", "signup.callback_service_list", "signup.email_confirm_from", "signup.email_welcome_from",
		"user_validation.reject_username", "user_validation.reject_email",
		"enrol.rate_signup", "enrol.rate_confirm", "enrol.rate_resend", "enrol.rate_verify",
	}
	if got := undecided(t, Recommended()); !slices.Equal(got, want) {
		t.Errorf("lint reports %q, want %q", got, want)
	}
}

func TestDecisions(t *testing.T) {
	const key = "main.site_name"
	for name, text := range map[string]string{
		"another value":  strings.Replace(Recommended(), "\nsite_name=", "\nsite_name=Example", 1),
		"no mark":        strings.Replace(Recommended(), "# DECIDE: the name", "# The name", 1),
		"no comment":     regexp.MustCompile(`# DECIDE: the name.*\n`).ReplaceAllString(Recommended(), ""),
		"no setting":     strings.Replace(Recommended(), "\nsite_name=", "", 1),
		"an empty line":  strings.Replace(Recommended(), "\nsite_name=", "\n\nsite_name=", 1),
		"the word later": strings.Replace(Recommended(), "# DECIDE: the name", "# Here I had to DECIDE: the name", 1),
	} {
		got := undecided(t, text)
		if len(got) != 15 || slices.Contains(got, key) {
			t.Errorf("%s: lint reports %q", name, got)
		}
	}
	for name, text := range map[string]string{
		"other line ends":         strings.ReplaceAll(Recommended(), "\n", "\r\n"),
		"white space":             strings.Replace(strings.Replace(Recommended(), "# DECIDE: the name", "  #DECIDE the name", 1), "\nsite_name=", "\n  site_name = ", 1),
		"the same value, quoted":  strings.Replace(Recommended(), "\nsite_name=", "\nsite_name=''", 1),
		"a setting of the reader": strings.Replace(Recommended(), "\nsite_name=", "\nsite_name=\nsmtp_conn=", 1),
	} {
		if got := undecided(t, text); len(got) < 16 || !slices.Contains(got, key) {
			t.Errorf("%s: lint reports %q", name, got)
		}
	}
	if got := undecided(t, perfect); got != nil {
		t.Errorf("lint reports %q of a file with all decisions", got)
	}
}
