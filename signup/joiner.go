package signup

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// isJoiner is one of the two invisible code points that IDNA 2008 permits in a
// domain, where its script needs it.
func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// isNonJoinerInPlace says whether the non-joiner at i of a label may stand
// there: after a virama, or between two letters that would else be joined (RFC
// 5892, appendix A.1). The profile has looked at what is before it, but takes
// any letter, digit or hyphen for one that joins what is before.
func isNonJoinerInPlace(label []rune, i int) bool {
	const virama = 9 // canonical combining class
	if i > 0 && norm.NFC.PropertiesString(string(label[i-1])).CCC() == virama {
		return true
	}
	for _, r := range label[i+1:] {
		if !unicode.Is(unicode.M, r) { // marks are transparent to joining, as far as scripts that join have any
			return unicode.Is(joining, r)
		}
	}
	return false
}

// joining are the code points of Joining_Type R and D in Unicode's
// DerivedJoiningType.txt: those that join what is before them.
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
