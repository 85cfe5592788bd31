package signup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// With each of these settings, an account can never log in, or not for good, and
// there is a warning. With the other settings it can, and there is none.
func TestSettingsThatPreventEveryLoginGetWarnings(t *testing.T) {
	t.Parallel()
	const (
		closed   = "apps.login_allowed is empty, so nobody can log in: list the applications that accept logins"
		disjoint = "apps.login_allowed and apps.signup_allowed have no application in common, so with enrol.bind_apps=True nobody who signs up can log in: add an application to both"
		waiting  = "signup.is_approval_needed is True by default, so nobody can log in before a super-user approves the account: set it to False, or to True and approve each account"
	)
	expires := func(is string, days int) string {
		return fmt.Sprintf("password.expiry is %s, and no operation changes a password, so no account can log in from day %d after its sign-up: set it to 0", is, days)
	}
	for _, test := range []struct{ settings, want string }{
		{"", ""},
		{"signup.is_approval_needed", waiting},
		{"apps.login_allowed=", closed},
		{"apps.login_allowed=|enrol.bind_apps=True", closed},
		{"apps.login_allowed=Wiki|enrol.bind_apps=True", disjoint},
		{"apps.login_allowed=Wiki|enrol.bind_apps=False", ""},
		{"apps.login_allowed=Wiki, HR|enrol.bind_apps=True|apps.signup_allowed=CRM, HR", ""},
		{"password.expiry", expires("730 by default", 730)},
		{"password.expiry=30", expires("30", 30)},
		{"password.expiry=36500", expires("36500", 36500)},
		{"password.expiry=30|password.log_in_if_about_to_expire=False", expires("30", 0)},
		{"password.expiry=29|password.log_in_if_about_to_expire=False", expires("29", 0)},
		{"password.expiry=31|password.log_in_if_about_to_expire=False", expires("31", 1)},
		{"password.log_in_if_about_to_expire=False", ""},
	} {
		changes := []string{"password.expiry=0", "signup.is_approval_needed=False", "enrol.bind_apps=False", "apps.login_allowed=CRM, HR"}
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
		if in := logsInForGood(t, config); in != (test.want == "") {
			t.Errorf("%s: an account can log in for good: %v", test.settings, in)
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

// logsInForGood reports whether a new, confirmed account can log in through any
// application, at once and a century later.
func logsInForGood(t *testing.T, config *ssoconf.Config) bool {
	t.Helper()
	w := bareWorld(t, New(config, testKeys(t, "k1")))
	w.mustRun("open", `{}`)
	app := config.Apps.SignupAllowed[len(config.Apps.SignupAllowed)-1]
	request := SignupRequest{CurrentApp: app, Username: "ada", Password: goodPassword, Email: "ada@example.com", AppList: []string{app}}
	token := w.mustRun("signup", request).ConfirmToken
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(token), CurrentApp: app})
	logsIn := func() bool {
		return slices.ContainsFunc(config.Apps.All, func(app string) bool {
			return w.run("verify", VerifyRequest{Username: "ada", Password: goodPassword, CurrentApp: app}).OK()
		})
	}
	now := logsIn()
	w.pass(36500 * day)
	return now && logsIn()
}
