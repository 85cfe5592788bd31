//go:build differential

package idna

import (
	"strings"
	"unicode"
)

// exception is a kind of domain that the core refuses although it is valid in
// IDNA 2008.
type exception struct {
	why string
	is  func(domain, ascii string) bool
}

var exceptions = []exception{
	{"a dot at the end, which no address has", func(_, ascii string) bool { return strings.HasSuffix(ascii, ".") }},
	{"no dot: a top-level domain alone, or a name that only one network knows", func(_, ascii string) bool { return !strings.Contains(ascii, ".") }},
	{"digits at the end: an IPv4 address", func(_, ascii string) bool {
		return strings.Trim(ascii[strings.LastIndexByte(ascii, '.')+1:], "0123456789") == ""
	}},
	{"longer than a path of SMTP", func(domain, ascii string) bool { return max(len(domain), len(ascii)) > 254-len(local) }},
	{"typed with what nobody sees, which UTS 46 drops", func(domain, _ string) bool { return strings.ContainsFunc(domain, unseen) }},
	{"typed with a capital that UTS 46 maps since Unicode 15.1 only", func(domain, _ string) bool { return strings.ContainsFunc(domain, newlyMapped) }},
}

// unseen is an invisible code point other than the two joiners.
func unseen(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// newlyMapped are code points that the tables of Unicode 15.0 disallow.
func newlyMapped(r rune) bool {
	return r == 0x04c0 || 0x10a0 <= r && r <= 0x10c5 || r == 0x2132 || r == 0x2183 ||
		r == 0x2f868 || r == 0x2f874 || r == 0x2f91f || r == 0x2f95f || r == 0x2f9bf
}

// excepted returns which exceptions hold for a domain.
func excepted(domain, ascii string) (which []int) {
	for i, e := range exceptions {
		if e.is(domain, ascii) {
			which = append(which, i)
		}
	}
	return which
}
