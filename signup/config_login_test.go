package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// With each of these settings an account can never log in, and there is a
// warning. With the other settings it can, and there is none.
func TestSettingsThatPreventEveryLoginGetWarnings(t *testing.T) {
	t.Parallel()
	const (
		closed   = "apps.login_allowed is empty, so nobody can log in: list the applications that accept logins"
		disjoint = "apps.login_allowed and apps.signup_allowed have no application in common, so with enrol.bind_apps=True nobody who signs up can log in: add an application to both"
		expiring = "password.about_to_expire_threshold is 30, and passwords expire after 30 days, so with password.log_in_if_about_to_expire=False nobody can log in: " +
			"set password.about_to_expire_threshold to less than password.expiry"
		waiting = "signup.is_approval_needed is True by default, so nobody can log in before a super-user approves the account: set it to False, or to True and approve each account"
	)
	for _, test := range []struct{ settings, want string }{
		{"", ""},
		{"signup.is_approval_needed", waiting},
		{"apps.login_allowed=", closed},
		{"apps.login_allowed=|enrol.bind_apps=True", closed},
		{"apps.login_allowed=Wiki|enrol.bind_apps=True", disjoint},
		{"apps.login_allowed=Wiki|enrol.bind_apps=False", ""},
		{"apps.login_allowed=Wiki, HR|enrol.bind_apps=True|apps.signup_allowed=CRM, HR", ""},
		{"password.expiry=30|password.log_in_if_about_to_expire=False", expiring},
		{"password.expiry=30", ""},
		{"password.expiry=31|password.log_in_if_about_to_expire=False", ""},
		{"password.expiry=0|password.log_in_if_about_to_expire=False", ""},
	} {
		changes := []string{"signup.is_approval_needed=False", "enrol.bind_apps=False", "apps.login_allowed=CRM, HR"}
		if test.settings != "" {
			changes = append(changes, strings.Split(test.settings, "|")...)
		}
		config, warnings, err := ssoconf.Parse(configText(changes...))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range warnings {
			got = append(got, w.Message)
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: warned of %q, want %q", test.settings, got, test.want)
		}
		if in := logsIn(t, config); in != (test.want == "") {
			t.Errorf("%s: an account logs in: %v", test.settings, in)
		}
	}
	// If nobody can sign up, nobody needs to log in.
	_, warnings, err := ssoconf.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range warnings {
		if strings.Contains(w.Message, "log in") {
			t.Errorf("warned of %s", w)
		}
	}
}

// logsIn reports whether a new, confirmed account can log in through any
// application.
func logsIn(t *testing.T, config *ssoconf.Config) bool {
	t.Helper()
	w := bareWorld(t, New(config, testKeys(t, "k1")))
	w.mustRun("open", `{}`)
	app := config.Apps.SignupAllowed[len(config.Apps.SignupAllowed)-1]
	request := SignupRequest{CurrentApp: app, Username: "ada", Password: goodPassword, Email: "ada@example.com", AppList: []string{app}}
	token := w.mustRun("signup", request).ConfirmToken
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(token), CurrentApp: app})
	for _, app := range config.Apps.All {
		if w.run("verify", VerifyRequest{Username: "ada", Password: goodPassword, CurrentApp: app}).OK() {
			return true
		}
	}
	return false
}
