package signup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
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
	has := func(in func(rune) bool) bool {
		for _, r := range label {
			if in(r) {
				return true
			}
		}
		return false
	}
	for i, r := range label {
		var before, after rune
		if i > 0 {
			before = label[i-1]
		}
		if i+1 < len(label) {
			after = label[i+1]
		}
		ok := true
		switch {
		case r < utf8.RuneSelf, r == '\u200d': // the profile looks at these
		case r == '\u200c':
			ok = isNonJoinerInPlace(label, i)
		case r == '·':
			ok = before == 'l' && after == 'l'
		case r == '\u0375':
			ok = unicode.Is(unicode.Greek, after)
		case r == '\u05f3', r == '\u05f4':
			ok = unicode.Is(unicode.Hebrew, before)
		case r == '・':
			ok = has(isJapanese)
		case isArabicDigit(r):
			ok = !has(isExtendedArabicDigit)
		default:
			ok = isPermitted(r)
		}
		if !ok {
			return false
		}
	}
	return true
}

func isArabicDigit(r rune) bool         { return '\u0660' <= r && r <= '\u0669' }
func isExtendedArabicDigit(r rune) bool { return '\u06f0' <= r && r <= '\u06f9' }

// isJapanese is a letter beside which the katakana middle dot may stand.
func isJapanese(r rune) bool {
	return r != '・' && unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}

// isPermitted is PVALID of RFC 5892 for what UTS 46 leaves as it is: that
// excludes the unstable and the ignorable already.
func isPermitted(r rune) bool {
	switch r {
	case 'ß', 'ς', '\u06fd', '\u06fe', '\u0f0b', '〇':
		return true
	case '\u0640', '\u07fa', '\u302e', '\u302f', '\u3031', '\u3032', '\u3033', '\u3034', '\u3035', '\u303b':
		return false
	}
	for _, disallowed := range [...][2]rune{
		{0x1100, 0x11ff}, {0xa960, 0xa97f}, {0xd7b0, 0xd7ff}, // old Hangul Jamo
		{0x0488, 0x0489}, {0x1abe, 0x1abe}, {0xa670, 0xa672}, // enclosing marks
		{0x20d0, 0x20ff}, {0x1d100, 0x1d1ff}, {0x1d200, 0x1d24f}, // ignorable blocks
	} {
		if disallowed[0] <= r && r <= disallowed[1] {
			return false
		}
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd)
}
