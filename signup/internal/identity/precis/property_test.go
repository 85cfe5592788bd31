package precis

import (
	"testing"
	"unicode"
)

// One code point of each category of RFC 8264, section 8, in its order.
func TestPropertyOfEachCategory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		category string
		members  string
		want     Property
	}{
		{"Exceptions, PVALID", "ßς\u06fd\u06fe\u0f0b〇", Valid},
		{"Exceptions, CONTEXTO", "·\u0375\u05f3\u05f4・\u0660\u0669\u06f0\u06f9", Contextual},
		{"Exceptions, DISALLOWED", "\u0640\u07fa\u302e\u302f\u3031\u3035\u303b", Disallowed},
		{"Unassigned", "\u0378\uffff\U000e0080\U0010ffff", Disallowed},
		{"ASCII7", "!09AZaz~@", Valid},
		{"JoinControl", "\u200c\u200d", Contextual},
		{"OldHangulJamo", "\u1100\u1160\u11ff\ua960\ud7b0\ud7fb", Disallowed},
		{"PrecisIgnorableProperties", "\u034f\u115f\u180b\u180e\u2060\u3164\ufe0f\uffa0\U000e0100\ufdd0", Disallowed},
		{"Controls", "\x00\t\n\x7f\u0085\u009f", Disallowed},
		{"HasCompat", "ªﬁⅣ²Ａｱ\u00a0\u2126\u1e9b", FreeformOnly},
		{"LetterDigits", "éÉжЖعא漢か\u02b9१\u0301\u0903", Valid},
		{"OtherLetterDigits", "\u1f88ᛮ\u3021½\u0488\u20dd", FreeformOnly},
		{"Spaces", " \u1680\u3000", FreeformOnly},
		{"Symbols", "±€´☕🐎", FreeformOnly},
		{"Punctuation", "‿—«»¿。", FreeformOnly},
		{"none", "\u00ad\u200b\u200e\u2028\u2029\u202e\ue000\U000f0000", Disallowed},
	} {
		for _, r := range test.members {
			if got := PropertyOf(r); got != test.want {
				t.Errorf("%U, of %s, has property %d, want %d", r, test.category, got, test.want)
			}
		}
	}
	for _, r := range []rune{-1, 0xd800, 0xdfff, unicode.MaxRune + 1} {
		if got := PropertyOf(r); got != Disallowed {
			t.Errorf("%d, which is not a code point of a text, has property %d", r, got)
		}
	}
}
