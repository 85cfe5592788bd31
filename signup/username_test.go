package signup

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func testEngine(t testing.TB, changes ...string) *Engine {
	t.Helper()
	return New(configured(t, changes...), testKeys(t, "k1"))
}

// The examples of RFC 8265, section 3.5, in its order, with what is ours: no
// "@", and final sigma as any other.
func TestUsernameExamplesOfRFC8265(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ username, want string }{
		{"juliet@example.com", ""}, // a username is never an address
		{"fussball", "fussball"},
		{"fußball", "fußball"},
		{"π", "π"},
		{"Σ", "σ"},
		{"σ", "σ"},
		{"ς", "σ"}, // final sigma folds, so that all three are one name
		{"foo bar", ""},
		{"", ""},
		{"henryⅣ", ""},
		{"∞", ""},
	} {
		if got, ok := canonicalName(test.username); got != test.want || ok != (test.want != "") {
			t.Errorf("%q is %q (%v), want %q", test.username, got, ok, test.want)
		}
	}
}

func TestNamesThatCompareEqual(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"ada", "ADA", "Ada", "ａｄａ", "ＡＤＡ"},
		{"rené", "rene\u0301", "RENÉ", "RENE\u0301"},
		{"οδυσσευς", "ΟΔΥΣΣΕΥΣ", "Οδυσσευσ"},
		{"ångström", "\u212Bngström", "A\u030angstro\u0308m"},
		{"ガ", "カ\u3099", "ｶﾞ"},
		{"が", "か\u3099"},
	} {
		want, ok := canonicalName(same[0])
		if !ok {
			t.Errorf("%q is refused", same[0])
		}
		for _, username := range same[1:] {
			if got, _ := canonicalName(username); got != want {
				t.Errorf("%q is %q, but %q is %q", username, got, same[0], want)
			}
		}
	}
}

// The library's own profile refuses the first ones: the Bidi Rule is for names
// that have characters which run from right to left.
func TestBidiRuleIsForNamesFromRightToLeft(t *testing.T) {
	t.Parallel()
	for _, username := range []string{"2пак", "имя_", "é_", "7김철수", "१_", "１ａ_", "תפוח", "תפוח7", "محمد١٢"} {
		if _, ok := canonicalName(username); !ok {
			t.Errorf("%q is refused", username)
		}
	}
	for _, username := range []string{"7תפוח", "תפוח-", "_תפוח", "7محمد", "7\u0661", "\u0661", "\u0660_"} {
		if name, ok := canonicalName(username); ok {
			t.Errorf("%q is %q", username, name)
		}
	}
}

func TestNamesThatDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, username := range []string{"ada", "adá", "ada1", "a-da", "a.da", "strasse", "straße", "i", "ı", "カ", "か"} {
		name, ok := canonicalName(username)
		if !ok || seen[name] != "" {
			t.Errorf("%q is %q (%v), as is %q", username, name, ok, seen[name])
		}
		seen[name] = username
	}
}

func TestUsernameIsNeverAnAddress(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	for _, username := range []string{"a@b", "@", "a＠b", "a﹫b"} {
		if _, code := e.checkUsername(username); code != UsernameInvalid {
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
			if _, code := e.checkUsername(username); code != UsernameHasWhitespace {
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
		if _, code := e.checkUsername(username); code != UsernameInvalid {
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
		if _, code := testEngine(t, "signup.max_length_username="+test.max).checkUsername(test.username); code != test.want {
			t.Errorf("%d characters of at most %s get %q, want %q", utf8.RuneCountInString(test.username), test.max, code, test.want)
		}
	}
}

func TestKeywordsInUsernamesAreRefusedHoweverWritten(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "user_validation.reject_username=Admin, Straße, ΣΟΦΟΣ, ｒｏｏｔ")
	for _, username := range []string{"admin", "ADMIN", "xAdMinx", "ａｄｍｉｎ", "straße1", "σοφος", "ΣΟΦΟΣ", "root", "ＲＯＯＴ"} {
		if _, code := e.checkUsername(username); code != UsernameInvalid {
			t.Errorf("%q gets %q", username, code)
		}
	}
	if _, code := e.checkUsername("adm.in"); code != "" {
		t.Errorf("adm.in gets %q", code)
	}
}

func FuzzCanonicalNameIsItsOwn(f *testing.F) {
	for _, seed := range []string{"ada", "ΑΣ", "ﬀ", "İ", "ǅ", "ｶﾞ", "\u1E9E", "a\u0345", "\u1FB3", "ｱﾞ\u0301", "2пак", "\u0430da", "田中ｔaro", "א\u05f31"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, username string) {
		name, ok := canonicalName(username)
		if !ok {
			return
		}
		if again, ok := canonicalName(name); !ok || again != name {
			t.Errorf("%q becomes %q, which becomes %q (%v)", username, name, again, ok)
		}
		if name == "" || hasSpace(name) || strings.Contains(name, "@") || !utf8.ValidString(name) {
			t.Errorf("%q becomes %q", username, name)
		}
	})
}

// Every character by itself, between letters, and with what all scripts share.
func TestCanonicalFormOfEveryCharacterIsItsOwn(t *testing.T) {
	t.Parallel()
	for r := rune(1); r <= 0x2FFFF; r++ {
		for _, username := range []string{string(r), "a" + string(r) + "b", string(r) + "\u0301_"} {
			name, ok := canonicalName(username)
			if !ok {
				continue
			}
			if again, ok := canonicalName(name); !ok || again != name {
				t.Errorf("%q becomes %q, which becomes %q", username, name, again)
			}
			if upper, ok := canonicalName(strings.ToUpper(name)); ok && len([]rune(strings.ToUpper(name))) == len([]rune(name)) && strings.ToLower(strings.ToUpper(name)) == name && upper != name {
				t.Errorf("%q is %q, in upper case %q", username, name, upper)
			}
		}
	}
}
