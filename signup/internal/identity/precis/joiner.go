package precis

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The two invisible code points of JoinControl. One prevents letters from
// joining, the other joins them.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// IsJoiner reports whether r is in JoinControl (RFC 8264, section 9.8): one of
// the two invisible code points that are permitted where a script needs them.
func IsJoiner(r rune) bool { return r == nonJoiner || r == joiner }

// isVirama reports whether r is a sign that removes the vowel of a consonant,
// by its canonical combining class.
func isVirama(r rune) bool {
	const virama = 9
	return r >= 0x80 && norm.NFC.PropertiesString(string(r)).CCC() == virama
}

// isJoined reports whether the code point at i is between two letters that
// would join without it. Marks may be between them too.
func isJoined(text []rune, i int) bool {
	before, after := i-1, i+1
	for before >= 0 && isTransparent(text[before]) {
		before--
	}
	for after < len(text) && isTransparent(text[after]) {
		after++
	}
	return before >= 0 && joinsNext(text[before]) && after < len(text) && unicode.Is(joining, text[after])
}

// isTransparent reports whether r has Joining_Type T and is permitted anywhere:
// marks that take no space, and one of Adlam that is a letter in Unicode.
func isTransparent(r rune) bool {
	return r == '\U0001e94b' || unicode.Is(unicode.M, r) && !unicode.Is(unicode.Mc, r)
}

// joinsNext reports whether r has Joining_Type L or D, and so joins the next
// letter.
func joinsNext(r rune) bool {
	switch r {
	case '\ua872', '\U00010acd', '\U00010ad7', '\U00010d00', '\U00010fcb': // L
		return true
	}
	return unicode.Is(joining, r) && !unicode.Is(joiningLast, r)
}

// joining has the code points of Joining_Type R and D in Unicode's
// DerivedJoiningType.txt, which join the previous letter.
var joining = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0620, 0x0620, 1}, {0x0622, 0x063f, 1}, {0x0641, 0x064a, 1}, {0x066e, 0x066f, 1}, {0x0671, 0x0673, 1},
		{0x0675, 0x06d3, 1}, {0x06d5, 0x06d5, 1}, {0x06ee, 0x06ef, 1}, {0x06fa, 0x06fc, 1}, {0x06ff, 0x06ff, 1},
		{0x0710, 0x0710, 1}, {0x0712, 0x072f, 1}, {0x074d, 0x077f, 1}, {0x07ca, 0x07ea, 1}, {0x0840, 0x0858, 1},
		{0x0860, 0x0860, 1}, {0x0862, 0x0865, 1}, {0x0867, 0x086a, 1}, {0x0870, 0x0882, 1}, {0x0886, 0x0886, 1},
		{0x0889, 0x088f, 1}, {0x08a0, 0x08ac, 1}, {0x08ae, 0x08c8, 1}, {0x1807, 0x1807, 1}, {0x1820, 0x1878, 1},
		{0x1887, 0x18a8, 1}, {0x18aa, 0x18aa, 1}, {0xa840, 0xa871, 1},
	},
	R32: []unicode.Range32{
		{0x10ac0, 0x10ac5, 1}, {0x10ac7, 0x10ac7, 1}, {0x10ac9, 0x10aca, 1}, {0x10ace, 0x10ad6, 1},
		{0x10ad8, 0x10ae1, 1}, {0x10ae4, 0x10ae4, 1}, {0x10aeb, 0x10aef, 1}, {0x10b80, 0x10b91, 1},
		{0x10ba9, 0x10bae, 1}, {0x10d01, 0x10d23, 1}, {0x10ec2, 0x10ec4, 1}, {0x10ec6, 0x10ec7, 1},
		{0x10f30, 0x10f44, 1}, {0x10f51, 0x10f54, 1}, {0x10f70, 0x10f81, 1}, {0x10fb0, 0x10fb0, 1},
		{0x10fb2, 0x10fb6, 1}, {0x10fb8, 0x10fbf, 1}, {0x10fc1, 0x10fc4, 1}, {0x10fc9, 0x10fca, 1},
		{0x1e900, 0x1e943, 1},
	},
}

// joiningLast has the characters of Joining_Type R, which do not join the next letter.
var joiningLast = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0622, 0x0625, 1}, {0x0627, 0x0627, 1}, {0x0629, 0x0629, 1}, {0x062f, 0x0632, 1}, {0x0648, 0x0648, 1}, {0x0671, 0x0673, 1},
		{0x0675, 0x0677, 1}, {0x0688, 0x0699, 1}, {0x06c0, 0x06c0, 1}, {0x06c3, 0x06cb, 1}, {0x06cd, 0x06cd, 1}, {0x06cf, 0x06cf, 1},
		{0x06d2, 0x06d3, 1}, {0x06d5, 0x06d5, 1}, {0x06ee, 0x06ef, 1}, {0x0710, 0x0710, 1}, {0x0715, 0x0719, 1}, {0x071e, 0x071e, 1},
		{0x0728, 0x0728, 1}, {0x072a, 0x072a, 1}, {0x072c, 0x072c, 1}, {0x072f, 0x072f, 1}, {0x074d, 0x074d, 1}, {0x0759, 0x075b, 1},
		{0x076b, 0x076c, 1}, {0x0771, 0x0771, 1}, {0x0773, 0x0774, 1}, {0x0778, 0x0779, 1}, {0x0840, 0x0840, 1}, {0x0846, 0x0847, 1},
		{0x0849, 0x0849, 1}, {0x0854, 0x0854, 1}, {0x0856, 0x0858, 1}, {0x0867, 0x0867, 1}, {0x0869, 0x0882, 1}, {0x088e, 0x088e, 1},
		{0x08aa, 0x08ac, 1}, {0x08ae, 0x08ae, 1}, {0x08b1, 0x08b2, 1}, {0x08b9, 0x08b9, 1},
	},
	R32: []unicode.Range32{
		{0x10ac5, 0x10ac5, 1}, {0x10ac7, 0x10ac7, 1}, {0x10ac9, 0x10aca, 1}, {0x10ace, 0x10ad2, 1}, {0x10add, 0x10add, 1},
		{0x10ae1, 0x10ae1, 1}, {0x10ae4, 0x10ae4, 1}, {0x10aef, 0x10aef, 1}, {0x10b81, 0x10b81, 1}, {0x10b83, 0x10b85, 1},
		{0x10b89, 0x10b89, 1}, {0x10b8c, 0x10b8c, 1}, {0x10b8e, 0x10b8f, 1}, {0x10b91, 0x10b91, 1}, {0x10ba9, 0x10bac, 1},
		{0x10d22, 0x10d22, 1}, {0x10ec2, 0x10ec2, 1}, {0x10f33, 0x10f33, 1}, {0x10f54, 0x10f54, 1}, {0x10f74, 0x10f75, 1},
		{0x10fb4, 0x10fb6, 1}, {0x10fb9, 0x10fba, 1}, {0x10fbd, 0x10fbd, 1}, {0x10fc2, 0x10fc3, 1}, {0x10fc9, 0x10fc9, 1},
	},
}
