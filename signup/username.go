package signup

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/precis"
)

// maxNameBytes keeps the key of a name within the limits of a store.
const maxNameBytes = 1000

// checkUsername applies the rules of usernames and returns the canonical form:
// two usernames are the same if their canonical forms are.
func (e *Engine) checkUsername(username string) (name string, code Code) {
	switch {
	case username == "":
		return "", UsernameInvalid
	case utf8.RuneCountInString(norm.NFC.String(username)) > e.config.Signup.MaxLengthUsername:
		return "", UsernameTooLong
	case hasSpace(username):
		return "", UsernameHasWhitespace
	}
	name, ok := canonicalName(username)
	switch {
	case !ok:
		return "", UsernameInvalid
	case len(name) > maxNameBytes:
		return "", UsernameTooLong
	case e.rejects(fold(name), e.rules.rejectUsername):
		return "", UsernameInvalid
	}
	return name, ""
}

// canonicalName is PRECIS UsernameCaseMapped (RFC 8265, section 3.3) with final
// sigma folded. The empty string, which the profile lets pass, and "@" in any
// width are refused: a username is never somebody's address. So are names that
// mix scripts or digits.
func canonicalName(username string) (name string, ok bool) {
	name, ok = caseMapped(username)
	if !ok || name == "" {
		return "", false
	}
	if strings.Contains(norm.NFKC.String(name), "@") || looksMixed(name) {
		return "", false
	}
	// Nothing in the order of the profile's steps makes sure that a second pass
	// changes nothing (RFC 8264, section 7). A name that it changed would have no
	// one canonical form. The tests look for one, and have found none.
	if again, ok := caseMapped(name); !ok || again != name {
		return "", false
	}
	return name, true
}

// caseMapped is the profile, with final sigma folded.
func caseMapped(username string) (name string, ok bool) {
	name, err := precis.UsernameCaseMapped(username)
	if err != nil {
		return "", false
	}
	return foldSigma(name), true
}
