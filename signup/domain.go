package signup

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/precis"
)

// domains is IDNA 2008 with the mapping of UTS 46 before it, for names that
// people type. It accepts every symbol that UTS 46 does, and is not exact about
// hyphens and joiners: isULabel makes up for that.
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

// canonicalDomain returns a domain of an address as IDNA 2008 writes it in
// ASCII, and in Unicode for display. It has to have a dot, and none at its end:
// SMTP knows no other domains than those that are fully qualified (RFC 5321,
// section 2.3.5), and no address is in one that is a top-level domain alone.
func canonicalDomain(domain string) (ascii, display string, ok bool) {
	if hasMixedACE(domain) {
		return "", "", false
	}
	// Unicode 15.1 made the capital sharp s that of the small one, which is
	// another domain than that with two s.
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
	// A last label of digits makes an IPv4 address, which is no domain.
	last := labels[len(labels)-1]
	return ascii, display, len(labels) > 1 && strings.ContainsFunc(last, func(r rune) bool { return r < '0' || r > '9' })
}

// hasMixedACE says whether a label begins like one in punycode and goes on beyond
// ASCII, which the profile would decode to something.
func hasMixedACE(domain string) bool {
	isDot := func(r rune) bool { return r == '.' || r == '。' }
	for label := range strings.FieldsFuncSeq(strings.ToLower(norm.NFKC.String(domain)), isDot) {
		if strings.HasPrefix(label, "xn--") && strings.ContainsFunc(label, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return true
		}
	}
	return false
}

// isULabel says whether a label that passed UTS 46 has only code points that
// IDNA 2008 permits there: letters, marks and digits with the exceptions of RFC
// 5892, section 2.6, and those of its appendix A where their context is right;
// and hyphens neither at its ends nor third and fourth (RFC 5891, section
// 4.2.3.1).
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

// isPermitted is PVALID, CONTEXTJ or CONTEXTO of RFC 5892 for what UTS 46 leaves
// as it is, which has no capital and nothing unstable. It is what PRECIS permits
// in identifiers, but for ignorable blocks and, in ASCII, what the profile has
// looked at.
func isPermitted(r rune) bool {
	for _, ignorable := range [...][2]rune{{0x20d0, 0x20ff}, {0x1d100, 0x1d1ff}, {0x1d200, 0x1d24f}} {
		if ignorable[0] <= r && r <= ignorable[1] {
			return false
		}
	}
	property := precis.PropertyOf(r)
	return property == precis.Valid || property == precis.Contextual
}
