// Package precis has the two profiles of PRECIS (RFC 8264) that the core uses:
// UsernameCaseMapped and OpaqueString of RFC 8265. Its properties of code
// points and its rules of context also serve domains, because IDNA 2008 (RFC
// 5892) has mostly the same.
//
// Only the tables of the packages unicode and norm depend on the version of
// Unicode, and the joining types in this package, which must not be older than
// those. Unassigned code points are refused.
package precis

import "errors"

// The reasons why a profile refuses a text. They never quote it, because it may
// be a password.
var (
	ErrEmpty      = errors.New("precis: the text is empty")
	ErrDisallowed = errors.New("precis: the profile does not permit a character")
	ErrContext    = errors.New("precis: a character is not permitted next to the others")
	ErrDirection  = errors.New("precis: characters that run from right to left violate the Bidi Rule")
)

// check checks a text against a string class (RFC 8264, section 4). Each code
// point must have at least the least property of the class, or be permitted in
// its context.
func check(text string, least Property) error {
	contextual := false
	for _, r := range text {
		switch p := PropertyOf(r); {
		case p == Contextual:
			contextual = true
		case p < least:
			return ErrDisallowed
		}
	}
	if contextual && !InContext([]rune(text)) {
		return ErrContext
	}
	return nil
}

// isASCII reports whether a text is printable ASCII not below from. Such a text
// needs no check, and no mapping except to lower case.
func isASCII(text string, from byte) bool {
	for i := range len(text) {
		if text[i] < from || text[i] > '~' {
			return false
		}
	}
	return true
}
