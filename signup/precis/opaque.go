package precis

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// OpaqueString returns a password as RFC 8265, section 4.2, has it for hashing:
// with every space as U+0020, composed, and otherwise as it is. The error is
// ErrEmpty, ErrDisallowed or ErrContext. Bytes that are no UTF-8 count as U+FFFD:
// whoever lets passwords in has to refuse them before.
func OpaqueString(password string) (string, error) {
	switch {
	case password == "":
		return "", ErrEmpty
	case isASCII(password, ' '):
		return password, nil
	}
	password = norm.NFC.String(strings.Map(foldSpace, password))
	if err := check(password, FreeformOnly); err != nil {
		return "", err
	}
	return password, nil
}

// foldSpace maps a space of any width to that of ASCII.
func foldSpace(r rune) rune {
	if unicode.Is(unicode.Zs, r) {
		return ' '
	}
	return r
}
