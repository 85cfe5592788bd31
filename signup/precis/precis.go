// Package precis has the two profiles of PRECIS (RFC 8264) that the core uses:
// UsernameCaseMapped and OpaqueString of RFC 8265. What it says of code points
// and their contexts serves domains too, since IDNA 2008 (RFC 5892) says the
// same of most.
//
// Nothing here depends on the version of Unicode but what the tables of the
// packages unicode and norm say, and the joining types in this one, which have
// to be no older than those. What those have not assigned is refused.
package precis

import "errors"

// Why a profile refuses a text. They never quote it: it may be a password.
var (
	ErrEmpty      = errors.New("precis: there is no character")
	ErrDisallowed = errors.New("precis: there is a character that the profile does not permit")
	ErrContext    = errors.New("precis: there is a character that is not permitted beside the others")
	ErrDirection  = errors.New("precis: characters that run from right to left stand where the Bidi Rule has none")
)

// check holds a text against a string class (RFC 8264, section 4): each code
// point has to have the least property of the class, or stand in its context.
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

// isASCII says whether all of a text is printable ASCII from a character on.
// That needs no mapping but of case, and no check.
func isASCII(text string, from byte) bool {
	for i := range len(text) {
		if text[i] < from || text[i] > '~' {
			return false
		}
	}
	return true
}
