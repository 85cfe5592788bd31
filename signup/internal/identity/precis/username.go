package precis

import (
	"strings"
	"unicode"

	"golang.org/x/text/secure/bidirule"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// UsernameCaseMapped returns a username in the form in which it is compared
// (RFC 8265, section 3.3): without width variants, in lower case, composed. The
// error is ErrDisallowed, ErrContext or ErrDirection. It accepts the empty
// string, which callers must refuse themselves.
func UsernameCaseMapped(username string) (string, error) {
	if isASCII(username, '!') {
		return strings.ToLower(username), nil
	}
	var mapped strings.Builder
	mapped.Grow(len(username))
	for _, r := range username {
		if r = foldWidth(r); r == 'İ' {
			mapped.WriteString("i\u0307") // the one letter whose lower case is two code points
		} else {
			mapped.WriteRune(unicode.ToLower(r))
		}
	}
	name := norm.NFC.String(mapped.String())
	if err := check(name, Valid); err != nil {
		return "", err
	}
	// The Bidi Rule (RFC 5893, section 2) is for names with characters that run
	// from right to left. Applied to all names, it would refuse "2пак" and
	// "имя_".
	if bidirule.DirectionString(name) == bidi.RightToLeft && !bidirule.ValidString(name) {
		return "", ErrDirection
	}
	return name, nil
}
