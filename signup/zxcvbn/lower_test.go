package zxcvbn

import (
	"slices"
	"testing"
	"unicode/utf16"
)

// The results of JavaScript's toLowerCase. make test-differential compares many
// more, as user inputs.
func TestLowerCaseAgreesWithJavaScript(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "ABC xyz 123": "abc xyz 123", "ÄÖẞ": "äöß", "İI": "i\u0307i", "K\u212A": "kk", "ǅ": "ǆ", "𐐀x": "𐐨x",
		"Σ": "σ", "ΑΣ": "ας", "ΑΣΑ": "ασα", "ΟΔΟΣ ΟΔΟΣ": "οδος οδος", "ΣΑ": "σα", "Α.Σ": "α.ς", "ΑΣ'": "ας'", "ΑΣ'Α": "ασ'α", "ΑΣ1": "ας1", "1Σ": "1σ", "ΑΣ\u0301Α": "ασ\u0301α",
	} {
		if got := string(utf16.Decode(lower(units(text)))); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestLoneSurrogatesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, halves := range [][]uint16{{0xD801}, {0xDC00, 0xD801}, {0xD801, 'a'}, {0xD801, 0xD801}} {
		if got := lower(halves); !slices.Equal(got, halves) {
			t.Errorf("%x becomes %x", halves, got)
		}
	}
	if got := lower([]uint16{0xDC00, 0xD801, 0xDC00, 0xD801}); !slices.Equal(got, []uint16{0xDC00, 0xD801, 0xDC28, 0xD801}) {
		t.Errorf("a pair between halves becomes %x", got)
	}
}
