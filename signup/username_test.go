package signup

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/identity"
)

func testEngine(t testing.TB, changes ...string) *Engine {
	t.Helper()
	return New(configured(t, changes...), testKeys(t, "k1"))
}

func TestUsernameIsNeverAnAddress(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	for _, username := range []string{"a@b", "@", "a＠b", "a﹫b"} {
		if _, code := e.checkUsername(username, ""); code != UsernameInvalid {
			t.Errorf("%q gets %q", username, code)
		}
	}
}

func TestUsernameHasNoWhiteSpaceOfAnyKind(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	count := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.White_Space, r) {
			continue
		}
		count++
		for _, username := range []string{string(r), "a" + string(r), string(r) + "a", "a" + string(r) + "b"} {
			if _, code := e.checkUsername(username, ""); code != UsernameHasWhitespace {
				t.Errorf("%q gets %q", username, code)
			}
		}
	}
	if count != 25 {
		t.Errorf("there are %d kinds of white space", count)
	}
}

func TestUsernameHasNoInvisibleCharacters(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	for _, username := range []string{"a\u200bb", "a\u200db", "a\u202eb", "a\ufeffb", "a\u00adb", "a\x7fb", "a\x01b", "a\ue000b", "a\u2060b"} {
		if _, code := e.checkUsername(username, ""); code != UsernameInvalid {
			t.Errorf("%q gets %q", username, code)
		}
	}
}

func TestLengthOfAUsernameIsInCodePoints(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		max, username string
		want          Code
	}{
		{"4", "ｏｄａａ", ""},
		{"4", "ｏｄａａａ", UsernameTooLong},
		{"4", strings.Repeat("e\u0301", 4), ""}, // composed, it is four
		{"4", strings.Repeat("e\u0301", 5), UsernameTooLong},
		{"256", strings.Repeat("𝒶", 256), UsernameInvalid}, // its decomposition is refused, not its length
		{"256", strings.Repeat("𐐨", 250), ""},
		{"256", strings.Repeat("𐐨", 251), UsernameTooLong}, // 1,004 bytes
	} {
		if _, code := testEngine(t, "signup.max_length_username="+test.max).checkUsername(test.username, ""); code != test.want {
			t.Errorf("%d characters of at most %s get %q, want %q", utf8.RuneCountInString(test.username), test.max, code, test.want)
		}
	}
}

func TestKeywordsInUsernamesAreRefusedInAnySpelling(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "user_validation.reject_username=Admin, Straße, ΣΟΦΟΣ, ｒｏｏｔ")
	for _, username := range []string{"admin", "ADMIN", "xAdMinx", "ａｄｍｉｎ", "straße1", "σοφος", "ΣΟΦΟΣ", "root", "ＲＯＯＴ"} {
		if _, code := e.checkUsername(username, ""); code != UsernameInvalid {
			t.Errorf("%q gets %q", username, code)
		}
	}
	if _, code := e.checkUsername("adm.in", ""); code != "" {
		t.Errorf("adm.in gets %q", code)
	}
}

func FuzzCanonicalNameIsStable(f *testing.F) {
	for _, seed := range []string{"ada", "ΑΣ", "ﬀ", "İ", "ǅ", "ｶﾞ", "\u1E9E", "a\u0345", "\u1FB3", "ｱﾞ\u0301", "2пак", "\u0430da", "田中ｔaro", "א\u05f31"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, username string) {
		name, ok := identity.Name(username)
		if !ok {
			return
		}
		if again, ok := identity.Name(name); !ok || again != name {
			t.Errorf("%q becomes %q, which becomes %q (%v)", username, name, again, ok)
		}
		if name == "" || hasSpace(name) || strings.Contains(name, "@") || !utf8.ValidString(name) {
			t.Errorf("%q becomes %q", username, name)
		}
	})
}
