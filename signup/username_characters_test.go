package signup

import "testing"

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "user_validation.reject_username=")
	for _, username := range []string{
		"ada", "Ada", "a.b", "ada.lovelace", "ada_lovelace-1815", "ada+crm", "a1", "12", "1.2.3", "renée", "rene\u0301e", "ａｄａ",
		"админ", "Αθήνα", "محمد", "محمد-١٢", "فارسی۱۲", "हिन्दी१२", "தமிழ்12", "田中", "田中たろう", "田中タロー", "김철수", "金철수", "中文ㄅㄆ",
		"न्\u200cल", "क्\u200dष", "می\u200cشود", // joiners where their scripts have them
		"wwwevil.example", // a name with a dot is still a name
	} {
		if _, code := e.checkUsername(username, ""); code != "" {
			t.Errorf("%q gets %q", username, code)
		}
	}
	for _, username := range []string{
		"https://evil.example/win-a-prize", "<a/href=//evil.example>x</a>", "www.evil.example/x", "../../etc/passwd", "a/b", "a\\b",
		".", "..", "-", "--", "_", "+", "._-+", "...", ".ada", "ada.", "-ada", "ada-", "_ada", "ada_", "+ada", "ada+",
		"a..b", "a--b", "a__b", "a._b", "a-.b",
		"ada!", "ada#1", "$HOME", "`id`", "a'b", "o'brien", `a"b`, "a;b", "a&b", "a=b", "a?b", "a*b", "%41da", "a|b", "a~b", "{ada}", "[ada]", "(ada)", "a,b", "a:b", "a^b",
		"ada\u200c", "ada\u00ad", "ada\u202e", "\u202eada", "ada\u2028", "a\u0000b", "a\nb", "a\x1bb", "a\u0085b", "a\ufeffb", "a\U000e0041b",
		"l·l", "カ・カ", // punctuation that PRECIS allows in its context
		"taro田中", "김철수kim", "abc中文123", "\u0430dmin", "ada१२3",
		"a.\u0301b", "\u0301ab",
	} {
		if _, code := e.checkUsername(username, ""); code != UsernameInvalid && code != UsernameHasWhitespace {
			t.Errorf("%q gets %q", username, code)
		}
	}
}

func TestIdentifiersHaveAMinimumLength(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		change, username string
		want             Code
	}{
		{"enrol.username_min_length=2", "a", UsernameInvalid},
		{"enrol.username_min_length=2", "e\u0301", UsernameInvalid}, // one character, composed
		{"enrol.username_min_length=2", "ab", ""},
		{"enrol.username_min_length=2", "李明", ""},
		{"enrol.username_min_length=1", "a", ""},
		{"enrol.username_min_length=5", "abcd", UsernameInvalid},
		{"enrol.username_min_length=5", "abcde", ""},
	} {
		if _, code := testEngine(t, test.change).checkUsername(test.username, ""); code != test.want {
			t.Errorf("%s: %q gets %q, want %q", test.change, test.username, code, test.want)
		}
	}
}

func TestPrecisUsernamesCanBeAllowed(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "enrol.username_characters=precis", "enrol.username_min_length=5")
	for _, username := range []string{"a", "-", "..", "a/b", "o'brien", "l·l", "taro田中", "<x>"} {
		if _, code := e.checkUsername(username, ""); code != "" {
			t.Errorf("%q gets %q", username, code)
		}
	}
	for _, username := range []string{"", "a\u202eb", "a\x1bb", "\u0430dmin", "a@b"} {
		if _, code := e.checkUsername(username, ""); code != UsernameInvalid {
			t.Errorf("%q gets %q", username, code)
		}
	}
}

// An account keeps its name after the setting changes.
func TestAccountsKeepTheirNamesWhenTheSettingChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.username_characters=precis", "signup.is_approval_needed=False")
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(w.claim("o'brien", "pat@example.com"))})
	w.engine = testEngine(t, "signup.is_approval_needed=False")
	w.mustRun("get", GetRequest{Username: "O'Brien"})
	w.mustRun("verify", VerifyRequest{Username: "o'brien", Password: goodPassword, CurrentApp: "CRM"})
}
