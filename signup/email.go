package signup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/precis"
)

// Limits of RFC 5321, section 4.5.3.1, in octets; an address fits into a
// path of 256 with its angle brackets. That of a domain is less than 254 by
// the limits of the DNS.
const (
	maxLocalBytes   = 64
	maxAddressBytes = 254
)

// checkEmail applies the rules of e-mail addresses and returns the form for
// comparison, "" where there is no address and none is required.
func (e *Engine) checkEmail(email string) (address string, code Code) {
	switch {
	case email == "" && e.config.Signup.IsEmailRequired:
		return "", EmailMissing
	case email == "":
		return "", ""
	case utf8.RuneCountInString(email) > e.config.Signup.MaxLengthEmail:
		return "", EmailTooLong
	case hasSpace(email):
		return "", EmailHasWhitespace
	}
	address, display, ok := canonicalAddress(email)
	if !ok || e.rejects(fold(display), e.rules.rejectEmail) {
		return "", EmailInvalid
	}
	if e.config.Enrol.RejectMatch == RejectSubstring && containsAny(fold(address), e.rules.rejectEmail) {
		return "", EmailInvalid // punycode has no labels of its own
	}
	return address, ""
}

// canonicalAddress returns the form in which addresses are compared: the local
// part normalised and in lower case, the domain as IDNA 2008 writes it in
// ASCII; display has the domain in Unicode. What is looked at is normalised, so
// that a full-width "@" makes no second address; since messages go to what was
// typed, the limits are those of both.
func canonicalAddress(email string) (address, display string, ok bool) {
	if strings.Count(email, "@") != 1 || strings.Count(norm.NFKC.String(email), "@") != 1 {
		return "", "", false
	}
	typed, typedDomain, _ := strings.Cut(email, "@")
	local := norm.NFKC.String(typed)
	switch {
	case len(email) > maxAddressBytes, len(typed) > maxLocalBytes, len(local) > maxLocalBytes:
		return "", "", false
	case strings.ContainsFunc(typed, invisible), strings.ContainsFunc(local, invisible):
		return "", "", false
	case strings.ContainsFunc(typedDomain, func(r rune) bool { return invisible(r) && !precis.IsJoiner(r) }):
		return "", "", false
	case !isDotAtom(local), hasEncodedWord(local):
		return "", "", false
	}
	ascii, domain, ok := canonicalDomain(typedDomain)
	if !ok || len(local)+len("@")+len(ascii) > maxAddressBytes {
		return "", "", false
	}
	local = foldSigma(norm.NFKC.String(strings.ToLower(local)))
	return local + "@" + ascii, local + "@" + domain, true
}

// hasEncodedWord says whether there is what looks like an encoded word of RFC
// 2047. Mail software that decodes it where it should not would send the message
// to another address.
func hasEncodedWord(local string) bool {
	_, rest, begins := strings.Cut(local, "=?")
	return begins && strings.Contains(rest, "?=")
}

// isDotAtom says whether a local part is a dot-atom of RFC 5321 with the
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

// invisible is what no address may hold: spaces, controls, format characters,
// surrogates, private use, what Unicode has not assigned, and whatever else is
// ignored where it is displayed.
func invisible(r rune) bool {
	return !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
