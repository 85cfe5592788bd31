// Package identity decides when two usernames or two e-mail addresses are the
// same: Name and Address return the canonical forms that are compared. It also
// holds the rules for the characters of usernames.
package identity

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
)

// Name returns the canonical form of a username: PRECIS UsernameCaseMapped (RFC
// 8265, section 3.3) with final sigma folded. It refuses the empty string,
// which the profile accepts, "@" in any width, because a username is never an
// address, and names that mix scripts or digits.
func Name(username string) (name string, ok bool) {
	name, ok = caseMapped(username)
	if !ok || name == "" {
		return "", false
	}
	if strings.Contains(norm.NFKC.String(name), "@") || looksMixed(name) {
		return "", false
	}
	// The order of the profile's steps does not guarantee that a second pass
	// changes nothing (RFC 8264, section 7). A name that it changes has no
	// single canonical form. The tests search for one and find none.
	if again, ok := caseMapped(name); !ok || again != name {
		return "", false
	}
	return name, true
}

// caseMapped applies the profile and folds final sigma.
func caseMapped(username string) (name string, ok bool) {
	name, err := precis.UsernameCaseMapped(username)
	if err != nil {
		return "", false
	}
	return foldSigma(name), true
}

// Prefix returns the beginning of a username as Name maps it, without Name's rules,
// many of which are about whole names only. A whole username that Name accepts has
// the same form here.
func Prefix(username string) string {
	full := strings.ReplaceAll(norm.NFKC.String(username), "İ", "i\u0307") // Fold maps it to one letter, the profile to two
	return norm.NFC.String(Fold(full))
}
