package signup

import (
	"strings"
	"testing"
)

// informed returns settings that make every code visible.
func informed(more ...string) []string {
	return append([]string{
		"signup.inform_if_user_exists=True", "signup.inform_if_user_invalid=True",
		"signup.inform_if_email_exists=True", "signup.inform_if_email_invalid=True",
	}, more...)
}

func TestCodesOfSignup(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		what   string
		change func(r *SignupRequest)
		want   string
	}{
		{"nothing wrong", func(r *SignupRequest) {}, ""},
		{"the default app", func(r *SignupRequest) { r.CurrentApp = "" }, ""},
		{"signed up through another app", func(r *SignupRequest) { r.CurrentApp, r.SignupApp = "Wiki", "HR" }, ""},
		{"no username", func(r *SignupRequest) { r.Username = "" }, "E001001"},
		{"username with a keyword", func(r *SignupRequest) { r.Username = "my.ADMIN" }, "E001001"},
		{"username taken", func(r *SignupRequest) { r.Username = "Taken" }, "E001002"},
		{"username of the greatest length", func(r *SignupRequest) { r.Username = strings.Repeat("é", 16) }, ""},
		{"username too long", func(r *SignupRequest) { r.Username = strings.Repeat("é", 17) }, "E001003"},
		{"username with white space", func(r *SignupRequest) { r.Username = "a b" }, "E001004"},
		{"no email", func(r *SignupRequest) { r.Email = "" }, "E002005"},
		{"invalid email", func(r *SignupRequest) { r.Email = "ada" }, "E002001"},
		{"email with a keyword", func(r *SignupRequest) { r.Email = "Root@example.com" }, "E002001"},
		{"email taken", func(r *SignupRequest) { r.Email = "TAKEN@example.com" }, "E002002"},
		{"email of the greatest length", func(r *SignupRequest) { r.Email = strings.Repeat("a", 20) + "@example.com" }, ""},
		{"email too long", func(r *SignupRequest) { r.Email = strings.Repeat("a", 21) + "@example.com" }, "E002003"},
		{"email with white space", func(r *SignupRequest) { r.Email = "a b@example.com" }, "E002004"},
		{"no password", func(r *SignupRequest) { r.Password = "" }, "E003002"},
		{"password too short", func(r *SignupRequest) { r.Password = "é234567" }, "E003002"},
		{"password of the least length", func(r *SignupRequest) { r.Password = "é2345x78" }, ""},
		{"password too long", func(r *SignupRequest) { r.Password = Secret(strings.Repeat("é", 33)) }, "E003003"},
		{"password with a rejected part", func(r *SignupRequest) { r.Password = "my-PassWord-1" }, "E003001"},
		{"app unknown", func(r *SignupRequest) { r.CurrentApp = "crm" }, "E004001"},
		{"app list with an unknown one", func(r *SignupRequest) { r.AppList = []string{"CRM", "ERP"} }, "E004001"},
		{"app list with one twice", func(r *SignupRequest) { r.AppList = []string{"CRM", "CRM"} }, "E004001"},
		{"app that one cannot sign up through", func(r *SignupRequest) { r.CurrentApp = "Wiki" }, "E004002"},
		{"inner app that one cannot sign up through", func(r *SignupRequest) { r.SignupApp = "Wiki" }, "E004002"},
		{"no app list", func(r *SignupRequest) { r.AppList = nil }, "E008003"},
		{"everything", func(r *SignupRequest) {
			r.CurrentApp, r.Username, r.Email, r.Password = "Wiki", "", "", ""
		}, "E004002 E001001 E002005 E003002"},
		{"the first rule of each", func(r *SignupRequest) {
			r.Username = strings.Repeat("root ", 9)
			r.Email = strings.Repeat("root ", 9)
			r.Password = "111111"
		}, "E001003 E002003 E003002"},
		{"both taken", func(r *SignupRequest) { r.Username, r.Email = "taken", "taken@example.com" }, "E001002 E002002"},
		{"taken, but wrong as well", func(r *SignupRequest) { r.Username, r.Password = "taken", "x" }, "E003002"},
	} {
		w := newWorld(t, informed("signup.max_length_username=16", "signup.max_length_email=32", "password.max_length=32")...)
		w.account("taken", "taken@example.com")
		request := ask("ada", "ada@example.com")
		test.change(&request)
		r := w.run("signup", request)
		if got := r.codes(); got != test.want || r.OK() != (test.want == "") {
			t.Errorf("%s: got %q, want %q", test.what, got, test.want)
		}
	}
}

func TestMissingApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "apps.default=")
	request := ask("ada", "ada@example.com")
	request.CurrentApp = ""
	if r := w.run("signup", request); r.codes() != "E004001" {
		t.Errorf("signup answers %s", r.text)
	}
	if r := w.run("confirm", ConfirmRequest{ConfirmToken: "x"}); r.codes() != "E004001" {
		t.Errorf("confirm answers %s", r.text)
	}
}

func TestNobodySignsUpWithoutSignupAllowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "apps.signup_allowed=")
	if r := w.run("signup", ask("ada", "ada@example.com")); r.codes() != "E004002" {
		t.Errorf("got %s", r.text)
	}
}

func TestUnknownOperation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if r := w.run("purge-everything", `{}`); r.codes() != "E008001" || r.Fault != "" {
		t.Errorf("got %s", r.text)
	}
}
