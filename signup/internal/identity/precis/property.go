package precis

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Property is the derived property of a code point in PRECIS (RFC 8264, section
// 8).
type Property uint8

// The properties, from the least permitted to the most.
const (
	Disallowed   Property = iota // DISALLOWED, and UNASSIGNED: nowhere
	Contextual                   // CONTEXTJ and CONTEXTO: where InContext permits it
	FreeformOnly                 // ID_DIS or FREE_PVAL: in the FreeformClass
	Valid                        // PVALID: everywhere
)

// PropertyOf returns the derived property of a code point. It checks the
// categories of section 8 in their order, except whether the code point is
// assigned: an unassigned code point is in no category, and thus disallowed.
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
	case isArabicDigit(r), isExtendedArabicDigit(r): // Exceptions, too
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
	case unicode.In(r, unicode.L, unicode.M, unicode.Nd): // LetterDigits, without the cases above
		return Valid
	case unicode.In(r, unicode.N, unicode.Zs, unicode.S, unicode.P): // OtherLetterDigits, Spaces, Symbols, Punctuation
		return FreeformOnly
	}
	return Disallowed // includes Controls
}

// isOldJamo reports whether r is in OldHangulJamo (RFC 5892, section 2.9): the
// letters of Hangul syllables, and the unassigned code points between them.
func isOldJamo(r rune) bool {
	return 0x1100 <= r && r <= 0x11ff || 0xa960 <= r && r <= 0xa97f || 0xd7b0 <= r && r <= 0xd7ff
}

// isIgnorable reports whether r is in PrecisIgnorableProperties (RFC 8264,
// section 9.13). It covers letters and marks only, because the others are in no
// category.
func isIgnorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// hasCompat reports whether r is in HasCompat (RFC 8264, section 9.17). Most
// code points have no decomposition, which is a quick check.
func hasCompat(r rune) bool {
	text := string(r)
	return norm.NFKC.PropertiesString(text).Decomposition() != nil && !norm.NFKC.IsNormalString(text)
}
