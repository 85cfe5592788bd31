package identity

import (
	"strings"
	"testing"
)

// The examples of RFC 8265, section 3.5, in its order, with our additions: no
// "@", and final sigma as any other sigma.
func TestUsernameExamplesOfRFC8265(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ username, want string }{
		{"juliet@example.com", ""}, // a username is never an address
		{"fussball", "fussball"},
		{"fußball", "fußball"},
		{"π", "π"},
		{"Σ", "σ"},
		{"σ", "σ"},
		{"ς", "σ"}, // final sigma is folded, so that all three are one name
		{"foo bar", ""},
		{"", ""},
		{"henryⅣ", ""},
		{"∞", ""},
	} {
		if got, ok := Name(test.username); got != test.want || ok != (test.want != "") {
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
		want, ok := Name(same[0])
		if !ok {
			t.Errorf("%q is refused", same[0])
		}
		for _, username := range same[1:] {
			if got, _ := Name(username); got != want {
				t.Errorf("%q is %q, but %q is %q", username, got, same[0], want)
			}
		}
	}
}

// The library's own profile refuses the first ones. The Bidi Rule is only for
// names with characters that run from right to left.
func TestBidiRuleAppliesOnlyToRightToLeftNames(t *testing.T) {
	t.Parallel()
	for _, username := range []string{"2пак", "имя_", "é_", "7김철수", "१_", "１ａ_", "תפוח", "תפוח7", "محمد١٢"} {
		if _, ok := Name(username); !ok {
			t.Errorf("%q is refused", username)
		}
	}
	for _, username := range []string{"7תפוח", "תפוח-", "_תפוח", "7محمد", "7\u0661", "\u0661", "\u0660_"} {
		if name, ok := Name(username); ok {
			t.Errorf("%q is %q", username, name)
		}
	}
}

func TestNamesThatDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, username := range []string{"ada", "adá", "ada1", "a-da", "a.da", "strasse", "straße", "i", "ı", "カ", "か"} {
		name, ok := Name(username)
		if !ok || seen[name] != "" {
			t.Errorf("%q is %q (%v), as is %q", username, name, ok, seen[name])
		}
		seen[name] = username
	}
}

// Each character alone, between letters, and with the characters that all
// scripts share.
func TestCanonicalFormOfEveryCharacterIsStable(t *testing.T) {
	t.Parallel()
	for r := rune(1); r <= 0x2FFFF; r++ {
		for _, username := range []string{string(r), "a" + string(r) + "b", string(r) + "\u0301_"} {
			name, ok := Name(username)
			if !ok {
				continue
			}
			if again, ok := Name(name); !ok || again != name {
				t.Errorf("%q becomes %q, which becomes %q", username, name, again)
			}
			if prefix := Prefix(username); prefix != name {
				t.Errorf("%q is %q, and as a prefix %q", username, name, prefix)
			}
			if upper, ok := Name(strings.ToUpper(name)); ok && len([]rune(strings.ToUpper(name))) == len([]rune(name)) && strings.ToLower(strings.ToUpper(name)) == name && upper != name {
				t.Errorf("%q is %q, in upper case %q", username, name, upper)
			}
		}
	}
}
