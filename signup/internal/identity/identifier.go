package identity

import (
	"strings"
	"unicode"

	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
)

// usernameSeparators are the characters allowed between letters and digits.
const usernameSeparators = "._-+"

// IsIdentifier reports whether a canonical name consists of letters, marks and
// digits of one script, with single separators between them.
func IsIdentifier(name string) bool {
	separated := true // at the beginning, and after a separator
	for _, r := range name {
		switch {
		case strings.ContainsRune(usernameSeparators, r):
			if separated {
				return false
			}
			separated = true
		case unicode.In(r, unicode.L, unicode.Nd):
			separated = false
		case separated || !unicode.Is(unicode.M, r) && !precis.IsJoiner(r):
			return false
		}
	}
	return !separated && isSingleScript(name)
}
