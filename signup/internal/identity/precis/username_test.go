package precis

import (
	"strings"
	"testing"
)

func TestUsernames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		username, want string
		err            error
	}{
		{"", "", nil},
		{"Juliet@Example.com", "juliet@example.com", nil}, // the examples of RFC 8265, section 3.5
		{"fussball", "fussball", nil},
		{"fußball", "fußball", nil},
		{"Σ", "σ", nil},
		{"σ", "σ", nil},
		{"ς", "ς", nil},
		{"foo bar", "", ErrDisallowed},
		{"henryⅣ", "", ErrDisallowed},
		{"∞", "", ErrDisallowed},
		{"ＡＤＡ\u3000", "", ErrDisallowed}, // width is folded first
		{"ＡＤＡ～", "ada~", nil},
		{"ｶﾞ", "ガ", nil}, // composition comes last
		{"\u212bngstro\u0308m", "ångström", nil},
		{"İI", "i\u0307i", nil},
		{"\u1e9e", "ß", nil},
		{"\u1f88", "\u1f80", nil}, // a title case letter is disallowed, but not its lower case
		{"ﾡ", "", ErrDisallowed},
		{"a\xffb", "", ErrDisallowed},
		{"a\tb", "", ErrDisallowed},
		{"L·L", "l·l", nil},
		{"a·b", "", ErrContext},
		{"2пак", "2пак", nil},
		{"имя_", "имя_", nil},
		{"תפוח7", "תפוח7", nil},
		{"7תפוח", "", ErrDirection},
		{"תפוחa", "", ErrDirection},
		{"٠", "", ErrDirection},
	} {
		if got, err := UsernameCaseMapped(test.username); got != test.want || err != test.err {
			t.Errorf("%+q is %+q (%v), want %+q (%v)", test.username, got, err, test.want, test.err)
		}
	}
}

// A text that needs no mapping is returned unchanged and is not copied.
func TestPlainTextsAllocateNothing(t *testing.T) {
	text := strings.Repeat("a-1.", 32)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := UsernameCaseMapped(text); err != nil {
			t.Error(err)
		}
		if _, err := OpaqueString(text); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
