package precis

import (
	"slices"
	"unicode"
)

// InContext reports whether the rules of RFC 5892, appendix A, permit each
// Contextual code point of a text where it is. The rules are the same for
// PRECIS and for labels of domains. It does not check other properties.
func InContext(text []rune) bool {
	var arabic, extended, dot bool
	for i, r := range text {
		var before, after rune
		if i > 0 {
			before = text[i-1]
		}
		if i+1 < len(text) {
			after = text[i+1]
		}
		ok := true
		switch {
		case r == nonJoiner: // A.1
			ok = isVirama(before) || isJoined(text, i)
		case r == joiner: // A.2
			ok = isVirama(before)
		case r == '·': // A.3
			ok = before == 'l' && after == 'l'
		case r == '\u0375': // A.4
			ok = unicode.Is(unicode.Greek, after)
		case r == '\u05f3', r == '\u05f4': // A.5, A.6
			ok = unicode.Is(unicode.Hebrew, before)
		case r == '・': // A.7
			dot = true
		case isArabicDigit(r): // A.8
			arabic = true
		case isExtendedArabicDigit(r): // A.9
			extended = true
		}
		if !ok {
			return false
		}
	}
	return !(arabic && extended) && (!dot || slices.ContainsFunc(text, isJapanese))
}

func isArabicDigit(r rune) bool         { return '\u0660' <= r && r <= '\u0669' }
func isExtendedArabicDigit(r rune) bool { return '\u06f0' <= r && r <= '\u06f9' }

// isJapanese reports whether r permits the katakana middle dot in the same
// text. The dot itself has no script.
func isJapanese(r rune) bool {
	return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}
