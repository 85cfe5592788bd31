package signup

import (
	"slices"
	"unicode"
)

// looksMixed says whether a name is written in scripts that nobody writes
// together, or in digits of two kinds: how a letter is passed off as another
// that looks like it. It asks for the level "Highly Restrictive" of UTS 39
// (Unicode Security Mechanisms), section 5.2, and for no mixed numbers, section
// 5.3. A name passes if one script has all its characters, or Latin together
// with Japanese, Korean, or Chinese with Bopomofo. That its characters are fit
// for identifiers is for PRECIS to say.
func looksMixed(name string) bool {
	all := scriptSet{^uint64(0), ^uint64(0), ^uint64(0)}
	single, withLatin := all, newScriptSet(scriptHanb, scriptJpan, scriptKore)
	zero := noDigit
	for _, r := range name {
		set := scriptsOf(r)
		single = single.and(set)
		if !set.has(scriptLatn) {
			withLatin = withLatin.and(set)
		}
		if z := zeroOf(r); z != noDigit {
			if zero != noDigit && z != zero {
				return true
			}
			zero = z
		}
	}
	return single == scriptSet{} && withLatin == scriptSet{}
}

// Writing systems of several scripts, as sets see them: scripts like others.
const (
	scriptHanb = scriptCount + iota // Han with Bopomofo
	scriptJpan                      // Han with Hiragana and Katakana
	scriptKore                      // Han with Hangul
)

// scriptSet has a bit for each script.
type scriptSet [3]uint64

func newScriptSet(scripts ...int) (s scriptSet) {
	for _, script := range scripts {
		s[script/64] |= 1 << (script % 64)
	}
	return s
}

func (s scriptSet) and(other scriptSet) scriptSet {
	for i := range s {
		s[i] &= other[i]
	}
	return s
}

func (s scriptSet) has(script int) bool { return s[script/64]>>(script%64)&1 == 1 }

// scriptsOf returns the scripts that a character is used in, with the writing
// systems of these: the augmented set of UTS 39, section 5.1. It is empty for
// what is not assigned, so that no name has it.
func scriptsOf(r rune) scriptSet {
	var scripts []int
	switch set := scriptSetNumber(r); {
	case set == noScript:
		return scriptSet{}
	case set == everyScript:
		return scriptSet{^uint64(0), ^uint64(0), ^uint64(0)}
	case set < scriptCount:
		scripts = []int{set}
	default:
		for _, script := range []byte(scriptLists[set-scriptCount]) {
			scripts = append(scripts, int(script))
		}
	}
	for _, script := range scripts {
		switch script {
		case scriptHani:
			scripts = append(scripts, scriptHanb, scriptJpan, scriptKore)
		case scriptHira, scriptKana:
			scripts = append(scripts, scriptJpan)
		case scriptHang:
			scripts = append(scripts, scriptKore)
		case scriptBopo:
			scripts = append(scripts, scriptHanb)
		}
	}
	return newScriptSet(scripts...)
}

// scriptSetNumber returns the number of a character's Script_Extensions.
func scriptSetNumber(r rune) int {
	i, found := slices.BinarySearchFunc(scriptRanges[:], uint32(r), func(entry, r uint32) int { return int(entry>>10) - int(r) })
	if !found {
		i-- // the range that begins before
	}
	return int(scriptRanges[i] & 1023)
}

const noDigit rune = -1

// zeroOf returns the zero of the decimal digits that a character is one of, or
// noDigit. Each kind has its ten digits in a row, and whole rows follow each
// other.
func zeroOf(r rune) rune {
	for _, digits := range unicode.Digit.R16 {
		if lo, hi := rune(digits.Lo), rune(digits.Hi); lo <= r && r <= hi {
			return r - (r-lo)%10
		}
	}
	for _, digits := range unicode.Digit.R32 {
		if lo, hi := rune(digits.Lo), rune(digits.Hi); lo <= r && r <= hi {
			return r - (r-lo)%10
		}
	}
	return noDigit
}
