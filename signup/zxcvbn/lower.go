package zxcvbn

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	capitalSigma  = 'Σ'
	finalSigma    = 'ς'
	capitalDotted = '\u0130' // I with a dot above
	dotAbove      = '\u0307'
)

// lower returns a text in lower case as JavaScript's toLowerCase does: with the
// mappings of Unicode including SpecialCasing, independent of the language.
// Lone surrogates stay as they are.
func lower(text []uint16) []uint16 {
	result := make([]uint16, 0, len(text)+1)
	for i := 0; i < len(text); {
		r, size := runeAt(text, i)
		switch {
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r < utf8.RuneSelf, size == 1 && utf16.IsSurrogate(r):
		case r == capitalDotted:
			result, r = append(result, 'i'), dotAbove
		case r == capitalSigma && isFinal(text, i):
			r = finalSigma
		default:
			r = unicode.ToLower(r)
		}
		if size == 2 {
			high, low := utf16.EncodeRune(r)
			result, r = append(result, uint16(high)), low
		}
		result = append(result, uint16(r))
		i += size
	}
	return result
}

// runeAt returns the character at an offset and its number of units.
func runeAt(text []uint16, i int) (r rune, size int) {
	if i+1 < len(text) {
		if r = utf16.DecodeRune(rune(text[i]), rune(text[i+1])); r != unicode.ReplacementChar {
			return r, 2
		}
	}
	return rune(text[i]), 1
}

// isFinal reports whether a sigma is final: the condition Final_Sigma of the
// Unicode Standard, section 3.13. A cased letter precedes it and none follows
// it, ignoring case-ignorable characters.
func isFinal(text []uint16, sigma int) bool {
	before := false
	for i := 0; i < sigma; {
		r, size := runeAt(text[:sigma], i)
		if !ignorable(r) {
			before = cased(r)
		}
		i += size
	}
	for i := sigma + 1; before && i < len(text); {
		r, size := runeAt(text, i)
		if !ignorable(r) {
			return !cased(r)
		}
		i += size
	}
	return before
}

// cased reports whether r has the property Cased.
func cased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Uppercase, unicode.Other_Lowercase)
}

// ignorable reports whether r has the property Case_Ignorable.
func ignorable(r rune) bool {
	const inWords = "'.:·\u0387\u055F\u05F4‘’\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A" // Word_Break: MidLetter, MidNumLet, Single_Quote
	return strings.ContainsRune(inWords, r) || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}
