package identity

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
)

// domains is IDNA 2008 after the mapping of UTS 46, for names that people type.
// It accepts every symbol that UTS 46 accepts, and is inexact about hyphens and
// joiners; isULabel refuses what it lets through.
var domains = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(true),
	idna.ValidateLabels(true),
	idna.CheckHyphens(false),
	idna.CheckJoiners(true),
	idna.VerifyDNSLength(true),
	idna.BidiRule(),
)

// Domain returns the domain of an address in ASCII, as IDNA 2008 writes it, and
// in Unicode for display. It must contain a dot, but not end with one: SMTP has
// only fully qualified domains (RFC 5321, section 2.3.5), and no address is
// directly in a top-level domain.
func Domain(domain string) (ascii, display string, ok bool) {
	if hasMixedACE(domain) {
		return "", "", false
	}
	// Unicode 15.1 maps the capital sharp s to the small one. Earlier versions
	// map it to "ss", which is another domain.
	ascii, err := domains.ToASCII(strings.ReplaceAll(domain, "ẞ", "ß"))
	if err != nil {
		return "", "", false
	}
	if display, err = domains.ToUnicode(ascii); err != nil {
		return "", "", false
	}
	if again, err := domains.ToASCII(display); err != nil || again != ascii {
		return "", "", false
	}
	labels := strings.Split(display, ".")
	for _, label := range labels {
		if label == "" || !isULabel([]rune(label)) {
			return "", "", false
		}
	}
	// If the last label is all digits, the name is an IPv4 address, not a
	// domain.
	last := labels[len(labels)-1]
	return ascii, display, len(labels) > 1 && strings.ContainsFunc(last, func(r rune) bool { return r < '0' || r > '9' })
}

// hasMixedACE reports whether a label has the prefix of punycode but contains
// characters that are not ASCII. The profile would decode it to something else.
func hasMixedACE(domain string) bool {
	isDot := func(r rune) bool { return r == '.' || r == '。' }
	for label := range strings.FieldsFuncSeq(strings.ToLower(norm.NFKC.String(domain)), isDot) {
		if strings.HasPrefix(label, "xn--") && strings.ContainsFunc(label, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return true
		}
	}
	return false
}

// isULabel reports whether a label that passed UTS 46 has only code points that
// IDNA 2008 permits: letters, marks and digits with the exceptions of RFC 5892,
// section 2.6, the code points of its appendix A in a valid context, and hyphens,
// but not at its ends and not as its third and fourth character (RFC 5891,
// section 4.2.3.1).
func isULabel(label []rune) bool {
	n := len(label)
	if label[0] == '-' || label[n-1] == '-' || n > 3 && label[2] == '-' && label[3] == '-' {
		return false
	}
	for _, r := range label {
		if !isPermitted(r) {
			return false
		}
	}
	return precis.InContext(label)
}

// isPermitted reports whether a code point that UTS 46 leaves unchanged, and
// that is thus neither upper case nor unstable, is PVALID, CONTEXTJ or CONTEXTO
// of RFC 5892. These are the code points that PRECIS permits in identifiers,
// except those in ignorable blocks and, in ASCII, those that the profile
// refuses.
func isPermitted(r rune) bool {
	for _, ignorable := range [...][2]rune{{0x20d0, 0x20ff}, {0x1d100, 0x1d1ff}, {0x1d200, 0x1d24f}} {
		if ignorable[0] <= r && r <= ignorable[1] {
			return false
		}
	}
	property := precis.PropertyOf(r)
	return property == precis.Valid || property == precis.Contextual
}
