package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
)

// Limits of RFC 5321, section 4.5.3.1, in octets. An address must fit into a
// path of 256 octets with its angle brackets. The DNS limits a domain to fewer
// than 254.
const (
	maxLocalBytes   = 64
	MaxAddressBytes = 254
)

// Address returns the canonical form in which addresses are compared: the local
// part as foldLocal returns it, and the domain in ASCII as IDNA 2008 writes it.
// display has the domain in Unicode. The local part is also checked in NFKC, so
// that software that normalizes it finds no second "@", no dot and no encoded
// word in it.
func Address(email string) (address, display string, ok bool) {
	if strings.Count(email, "@") != 1 || strings.Count(norm.NFKC.String(email), "@") != 1 {
		return "", "", false
	}
	typed, typedDomain, _ := strings.Cut(email, "@")
	local, compatible := foldLocal(typed), norm.NFKC.String(typed)
	switch {
	case len(email) > MaxAddressBytes, len(typed) > maxLocalBytes, len(local) > maxLocalBytes, len(compatible) > maxLocalBytes:
		return "", "", false
	case strings.ContainsFunc(typed, invisible), strings.ContainsFunc(compatible, invisible), strings.ContainsFunc(typed, becomesASCII):
		return "", "", false
	case strings.ContainsFunc(typedDomain, func(r rune) bool { return invisible(r) && !precis.IsJoiner(r) }):
		return "", "", false
	case !isDotAtom(local), !isDotAtom(compatible), hasEncodedWord(compatible):
		return "", "", false
	}
	ascii, domain, ok := Domain(typedDomain)
	if !ok || len(local)+len("@")+len(ascii) > MaxAddressBytes {
		return "", "", false
	}
	return local + "@" + ascii, local + "@" + domain, true
}

// foldLocal returns a local part in NFC, as RFC 6532, section 3.1, requires,
// and in lower case letter by letter.
//
// Only the mail system of the domain knows what a local part means (RFC 5321,
// section 2.4), and two accounts must be one only if two addresses lead to one
// mailbox. Nearly every mail system ignores case. So a letter is mapped only if
// its lower case maps back to it: "É" becomes "é", but "İ" does not become "i",
// and final sigma and capital sharp s stay as they are. Compatibility
// characters are not mapped either: a full-width "ａ" is not "a".
func foldLocal(local string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if lower := unicode.ToLower(r); unicode.ToUpper(lower) == r {
			return lower
		}
		return r
	}, norm.NFC.String(local)))
}

// becomesASCII reports whether NFC turns a character that is not ASCII into
// ASCII, as it does with the Kelvin sign. Mail systems that do not normalize
// distinguish the two addresses, so such a character is refused.
func becomesASCII(r rune) bool {
	return r >= utf8.RuneSelf && len(norm.NFC.String(string(r))) == 1
}

// hasEncodedWord reports whether a local part contains what looks like an
// encoded word of RFC 2047. Mail software that wrongly decodes it would send
// the message to another address.
func hasEncodedWord(local string) bool {
	_, rest, begins := strings.Cut(local, "=?")
	return begins && strings.Contains(rest, "?=")
}

// isDotAtom reports whether a local part is a dot-atom of RFC 5321 with the
// letters that RFC 6531 adds. Quoted local parts and comments are not accepted.
func isDotAtom(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for _, r := range atom {
			ascii := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
				strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
			if !ascii && r < utf8.RuneSelf {
				return false
			}
		}
	}
	return true
}

// invisible reports whether an address must not contain r: spaces, controls,
// format characters, surrogates, private use, unassigned code points, and
// everything else that is not displayed.
func invisible(r rune) bool {
	return !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// IsOwnAddress reports whether a username is a valid e-mail address that equals
// email. If email is empty, any valid address will do.
func IsOwnAddress(username, email string) bool {
	own, _, ok := Address(username)
	if !ok || email == "" {
		return ok
	}
	given, _, valid := Address(email)
	return valid && given == own
}
