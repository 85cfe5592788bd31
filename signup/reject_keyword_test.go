package signup

import "testing"

func TestRejectedAsWholeLabels(t *testing.T) {
	t.Parallel()
	label := testEngine(t, "enrol.reject_match=label",
		"user_validation.reject_username=sso, System, no-reply, Straße, ΣΟΦΟΣ, का, 管理",
		"user_validation.reject_email=sso, system, no-reply, @evil.example, bücher, mail.example")
	substring := testEngine(t, "user_validation.reject_username=sso, System", "user_validation.reject_email=sso, system")
	for _, test := range []struct {
		username string
		refused  bool
	}{
		{"sso", true}, {"ＳＳＯ", true}, {"my.sso", true}, {"sso_admin", true}, {"a-sso-b", true}, {"sso!", true}, {"lasso.sso", true},
		{"lassoing", false}, {"sso1", false}, {"1sso", false}, {"ssö", false}, {"ecosystem", false}, {"system", true},
		{"no-reply", true}, {"the.no-reply", true}, {"no.reply", false}, {"no-replying", false}, {"reply", false},
		{"straße", true}, {"hauptstraße", false}, {"σοφος", true}, {"ΣΟΦΟΣ-1", true}, {"φιλοσοφος", false},
		{"का", true}, {"कां", false}, // a mark continues a letter's label
		{"管理", true}, {"管理者", false},
	} {
		if _, code := label.checkUsername(test.username, ""); (code == UsernameInvalid) != test.refused || !test.refused && code != "" {
			t.Errorf("%q gets %q", test.username, code)
		}
	}
	for _, test := range []struct {
		email   string
		refused bool
	}{
		{"sso@example.com", true}, {"my+sso@example.com", true}, {"ada@sso.example", true}, {"ada@my-sso.example", true}, {"ada@example.sso", true},
		{"lassoing@example.com", false}, {"ada@ecosystem.example", false}, {"ada@sso2.example", false}, {"ＳＳＯ@example.com", true},
		{"no-reply@example.com", true}, {"noreply@example.com", false},
		{"ada@evil.example", true}, {"ada@EVIL.example", true}, {"ada@mail.evil.example", false}, {"ada@notevil.example", false}, {"ada@evil.example.org", false},
		{"ada@bücher.example", true}, {"ada@xn--bcher-kva.example", true}, {"ada@bücherei.example", false},
		{"ada@ssoü.example", false}, // in ASCII xn--sso-…
		{"ada@mail.example", true}, {"ada@hotmail.example", false},
	} {
		if _, code := label.checkEmail(test.email); (code == EmailInvalid) != test.refused || !test.refused && code != "" {
			t.Errorf("%q gets %q", test.email, code)
		}
	}
	for _, username := range []string{"lassoing", "ecosystem", "sso1"} { // the default is the original's
		if _, code := substring.checkUsername(username, ""); code != UsernameInvalid {
			t.Errorf("%q gets %q", username, code)
		}
		if _, code := substring.checkEmail("ada@" + username + ".example"); code != EmailInvalid {
			t.Errorf("ada@%s.example gets %q", username, code)
		}
	}
}

// The reject list of passwords never uses labels.
func TestRejectedPasswordsAreAlwaysSubstrings(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "enrol.reject_match=label", "password.reject_list=secret")
	if _, code := e.checkPassword("mysecretary's name", circumstances{}); code != PasswordInvalid {
		t.Errorf("got %q", code)
	}
}

// A keyword may be a part of a domain in punycode if keywords are substrings.
func TestKeywordsMatchPunycode(t *testing.T) {
	t.Parallel()
	for match, want := range map[string]Code{"substring": EmailInvalid, "label": ""} {
		e := testEngine(t, "user_validation.reject_email=kva", "enrol.reject_match="+match)
		if _, code := e.checkEmail("ada@bücher.example"); code != want { // xn--bcher-kva
			t.Errorf("%s: got %q, want %q", match, code, want)
		}
	}
}
