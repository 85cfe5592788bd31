package precis

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Property is what PRECIS makes of a code point by itself: its derived property
// (RFC 8264, section 8).
type Property uint8

// The properties, from the least to the one that every class permits.
const (
	Disallowed   Property = iota // DISALLOWED, and UNASSIGNED: nowhere
	Contextual                   // CONTEXTJ and CONTEXTO: where InContext says so
	FreeformOnly                 // ID_DIS or FREE_PVAL: in the FreeformClass
	Valid                        // PVALID: everywhere
)

// PropertyOf returns the derived property of a code point. It asks what section
// 8 asks, in that order, but whether the code point is assigned: if not, it is
// in no category, and so disallowed.
func PropertyOf(r rune) Property {
	switch r { // Exceptions (RFC 5892, section 2.6)
	case 'ß', 'ς', '\u06fd', '\u06fe', '\u0f0b', '〇':
		return Valid
	case '·', '\u0375', '\u05f3', '\u05f4', '・':
		return Contextual
	case '\u0640', '\u07fa', '\u302e', '\u302f', '\u3031', '\u3032', '\u3033', '\u3034', '\u3035', '\u303b':
		return Disallowed
	}
	switch {
	case isArabicDigit(r), isExtendedArabicDigit(r): // Exceptions as well
		return Contextual
	case '!' <= r && r <= '~': // ASCII7
		return Valid
	case IsJoiner(r): // JoinControl
		return Contextual
	case isOldJamo(r), isIgnorable(r):
		return Disallowed
	case hasCompat(r):
		return FreeformOnly
	case unicode.In(r, unicode.Lt, unicode.Me): // of OtherLetterDigits
		return FreeformOnly
	case unicode.In(r, unicode.L, unicode.M, unicode.Nd): // LetterDigits, without those before
		return Valid
	case unicode.In(r, unicode.N, unicode.Zs, unicode.S, unicode.P): // OtherLetterDigits, Spaces, Symbols, Punctuation
		return FreeformOnly
	}
	return Disallowed // Controls among them
}

// isOldJamo is OldHangulJamo (RFC 5892, section 2.9): the letters that Hangul
// syllables consist of, and what is not assigned between them.
func isOldJamo(r rune) bool {
	return 0x1100 <= r && r <= 0x11ff || 0xa960 <= r && r <= 0xa97f || 0xd7b0 <= r && r <= 0xd7ff
}

// isIgnorable is PrecisIgnorableProperties (RFC 8264, section 9.13), as far as
// it has letters and marks: nothing else of it is in any category.
func isIgnorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// hasCompat is HasCompat (RFC 8264, section 9.17). Most code points have no
// decomposition at all, which is quickly found.
func hasCompat(r rune) bool {
	text := string(r)
	return norm.NFKC.PropertiesString(text).Decomposition() != nil && !norm.NFKC.IsNormalString(text)
}
