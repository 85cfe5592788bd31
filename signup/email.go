package signup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Limits of RFC 5321, section 4.5.3.1, in octets; an address fits into a
// path of 256 with its angle brackets.
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
	if !ok || containsAny(fold(address), e.rules.rejectEmail) || containsAny(fold(display), e.rules.rejectEmail) {
		return "", EmailInvalid
	}
	return address, ""
}

// canonicalAddress returns the form in which addresses are compared: the local
// part normalised and in lower case, the domain as IDNA 2008 writes it in
// ASCII; display has the domain in Unicode. The address is looked at after
// normalisation, so that a full-width "@" makes no second address.
func canonicalAddress(email string) (address, display string, ok bool) {
	normal := norm.NFKC.String(email)
	if strings.Count(email, "@") != 1 || strings.Count(normal, "@") != 1 {
		return "", "", false
	}
	if strings.ContainsFunc(email, invisible) || strings.ContainsFunc(normal, invisible) {
		return "", "", false
	}
	local, domain, _ := strings.Cut(normal, "@")
	if !isDotAtom(local) || len(local) > maxLocalBytes {
		return "", "", false
	}
	ascii, ok := canonicalDomain(domain)
	if !ok || len(local)+len("@")+len(ascii) > maxAddressBytes {
		return "", "", false
	}
	local = norm.NFKC.String(strings.ToLower(local))
	unicodeDomain, err := domains.ToUnicode(ascii)
	if err != nil {
		return "", "", false
	}
	return local + "@" + ascii, local + "@" + unicodeDomain, true
}

// domains is IDNA 2008 with the mapping of RFC 5895 before it, for names that
// people type.
var domains = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(true),
	idna.ValidateLabels(true),
	idna.CheckHyphens(true),
	idna.CheckJoiners(true),
	idna.VerifyDNSLength(true),
	idna.BidiRule(),
)

func canonicalDomain(domain string) (ascii string, ok bool) {
	ascii, err := domains.ToASCII(domain)
	if err != nil || ascii == "" || strings.HasSuffix(ascii, ".") {
		return "", false
	}
	// A last label of digits makes an IPv4 address, which is no domain.
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	return ascii, strings.ContainsFunc(last, func(r rune) bool { return r < '0' || r > '9' })
}

// isDotAtom says whether a local part is a dot-atom of RFC 5321 with the
// letters that RFC 6531 adds. Quoted local parts are not accepted.
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

// invisible is what no address may hold: controls, format characters,
// surrogates, private use, and what Unicode has not assigned.
func invisible(r rune) bool { return !unicode.IsGraphic(r) }
