package precis

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// OpaqueString prepares a password for hashing (RFC 8265, section 4.2): spaces
// become U+0020, and the text is composed. The error is ErrEmpty, ErrDisallowed
// or ErrContext. Bytes that are not UTF-8 count as U+FFFD, so callers must
// refuse them first.
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

// foldSpace maps every kind of space to the ASCII space.
func foldSpace(r rune) rune {
	if unicode.Is(unicode.Zs, r) {
		return ' '
	}
	return r
}
