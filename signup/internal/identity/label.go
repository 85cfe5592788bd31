package identity

import "unicode"

// IsOfLabel reports whether r is a letter, mark or digit. Labels are runs of
// these; anything else separates them.
func IsOfLabel(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.N) }
