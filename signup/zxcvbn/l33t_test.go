package zxcvbn

import (
	"slices"
	"strings"
	"testing"
)

func TestReadingsOfSigns(t *testing.T) {
	t.Parallel()
	for password, want := range map[string][]string{
		"abc":  nil,
		"4":    {"a"},
		"4@":   {"a@", "4a"},
		"1":    {"i", "l"},
		"17":   {"il", "it", "lt"},
		"8x8":  {"bxb"},
		"é😀0€": {"é😀o€"},
	} {
		var got []string
		for _, sub := range substitutions(units(password)) {
			var text strings.Builder
			for _, r := range password {
				if at := strings.IndexRune(signs, r); at >= 0 && sub[at] != 0 {
					r = rune(sub[at])
				}
				text.WriteRune(r)
			}
			got = append(got, text.String())
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q reads as %q, want %q", password, got, want)
		}
	}
}

// Limits the work: no password has more readings than this.
func TestReadingsAreFew(t *testing.T) {
	t.Parallel()
	if n := len(substitutions(units(signs))); n < 100 || n > 1000 {
		t.Errorf("all signs together have %d readings", n)
	}
}
