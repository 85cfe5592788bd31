package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// The examples of RFC 8265, section 4.3, in its order.
func TestPasswordExamplesOfRFC8265(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "password.min_length=1", "password.reject_list=")
	for _, test := range []struct {
		password, want string
		code           Code
	}{
		{"correct horse battery staple", "correct horse battery staple", ""},
		{"Correct Horse Battery Staple", "Correct Horse Battery Staple", ""},
		{"πßå", "πßå", ""},
		{"Jack of ♦s", "Jack of ♦s", ""},
		{"foo\u1680bar", "foo bar", ""},
		{"", "", PasswordTooShort},
		{"my cat is a \tby", "", PasswordInvalid},
	} {
		if got, code := e.checkPassword(test.password, circumstances{}); got != test.want || code != test.code {
			t.Errorf("%q is %q (%q), want %q (%q)", test.password, got, code, test.want, test.code)
		}
	}
}

func TestLengthOfAPasswordIsInCodePointsAfterNormalisation(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "password.min_length=4", "password.max_length=6")
	for _, test := range []struct {
		password string
		want     Code
	}{
		{"abc", PasswordTooShort},
		{"😀😀😀", PasswordTooShort},
		{"😀😀😀😀", ""},
		{"e\u0301e\u0301e\u0301", PasswordTooShort}, // three once composed
		{strings.Repeat("e\u0301", 6), ""},
		{strings.Repeat("e\u0301", 7), PasswordTooLong},
		{"abcdefg", PasswordTooLong},
		{strings.Repeat("\u1F82", 6), ""},
		{strings.Repeat("\u03b1\u0313\u0300\u0345", 6), ""}, // four code points each that compose to one
		{strings.Repeat("\u03b1\u0313\u0300\u0345", 7), PasswordTooLong},
		{strings.Repeat("a", 4000), PasswordTooLong},
		{strings.Repeat("\u1100", 25), PasswordTooLong}, // which is refused without being composed
	} {
		if _, code := e.checkPassword(test.password, circumstances{}); code != test.want {
			t.Errorf("%q gets %q, want %q", test.password, code, test.want)
		}
	}
}

func TestRejectedPartsOfPasswords(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "password.reject_list=Summer, ÉTÉ, 123456")
	for _, password := range []string{"summer2019", "MySUMMERday", "l'été 1999", "L'E\u0301TE\u0301 1999", "x123456x"} {
		if _, code := e.checkPassword(password, circumstances{}); code != PasswordInvalid {
			t.Errorf("%q gets %q", password, code)
		}
	}
	if _, code := e.checkPassword("sum mer 12345", circumstances{}); code != "" {
		t.Errorf("a good password gets %q", code)
	}
}

// Passwords are normalized before they are compared, so keywords must be too:
// an editor may have written them in another form.
func TestRejectedPartsAreNormalised(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "password.reject_list=cafe\u0301, a\u3000b, x\u00a0\u00c5ngstr\u00f6m")
	for password, want := range map[string]Code{
		"my caf\u00e9 au lait": PasswordInvalid, "my CAFE\u0301 au lait": PasswordInvalid, "my cafe au lait": "",
		"12345 a b 12345": PasswordInvalid, "12345 a\u2003b 12345": PasswordInvalid, "12345 ab 12345": "",
		"12345 X \u212bngstro\u0308m": PasswordInvalid,
	} {
		if _, code := e.checkPassword(password, circumstances{}); code != want {
			t.Errorf("%+q gets %q, want %q", password, code, want)
		}
	}
}

func TestWhiteSpaceInPasswordsCanBeRefused(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"correct horse", "correct\u00a0horse", "correct\u3000horse", " correcthorse", "correcthorse "} {
		if _, code := testEngine(t).checkPassword(password, circumstances{}); code != "" {
			t.Errorf("%q gets %q", password, code)
		}
		if _, code := testEngine(t, "signup.password_allow_whitespace=False").checkPassword(password, circumstances{}); code != PasswordInvalid {
			t.Errorf("%q gets %q where white space is not allowed", password, code)
		}
	}
	if _, code := testEngine(t, "signup.password_allow_whitespace=False").checkPassword("correcthorse", circumstances{}); code != "" {
		t.Errorf("a password without white space gets %q", code)
	}
}

// However a keyboard composes a letter, and whichever space it types, the hash
// is the same.
func TestEqualPasswordsHaveEqualHashes(t *testing.T) {
	t.Parallel()
	for _, same := range [][]Secret{
		{"crème brûlée", "cre\u0300me bru\u0302le\u0301e", "crème\u00a0brûlée", "crème\u3000brûlée"},
		{"Ångström 42", "\u212Bngström 42", "A\u030angstro\u0308m 42"},
	} {
		want := ""
		for _, password := range same {
			w := newWorld(t, "main.encrypt_password=False")
			request := ask("ada", "ada@example.com")
			request.Password = password
			w.mustRun("signup", request)
			got := recordOf[record.User](t, w.list(record.UserPrefix)[0]).Password
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%q hashes to %s, %q to %s", string(same[0]), want, string(password), got)
			}
		}
	}
}

// Case and width are part of a password.
func TestDifferentPasswordsHaveDifferentHashes(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	seen := map[string]bool{}
	for _, password := range []string{"correct horse", "Correct horse", "correct  horse", "ｃorrect horse", "correct horse "} {
		normal, code := e.checkPassword(password, circumstances{})
		if code != "" || seen[normal] {
			t.Errorf("%q is %q (%q), seen %v", password, normal, code, seen[normal])
		}
		seen[normal] = true
	}
}
