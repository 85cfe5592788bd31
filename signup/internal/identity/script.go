package identity

import (
	"slices"
	"unicode"
)

// looksMixed reports whether a name mixes scripts that are never written
// together, or two kinds of digits, as names do that imitate others. It
// requires the level "Highly Restrictive" of UTS 39 (Unicode Security
// Mechanisms), section 5.2, and no mixed numbers, section 5.3. A name passes if
// one script has all its characters, or Latin with Japanese, Korean, or Chinese
// with Bopomofo. PRECIS checks whether the characters are allowed in
// identifiers.
func looksMixed(name string) bool {
	single, withLatin, digits := scriptsOfAll(name)
	return digits > 1 || single == scriptSet{} && withLatin == scriptSet{}
}

// isSingleScript reports whether one script, or Japanese, Korean, or Chinese
// with Bopomofo, has all characters of a name: the level "Single Script" of UTS
// 39.
func isSingleScript(name string) bool {
	single, _, _ := scriptsOfAll(name)
	return single != scriptSet{}
}

// scriptsOfAll returns the scripts that have all characters of a name, those
// that have all but the Latin ones, and the number of kinds of digits, at most
// two.
func scriptsOfAll(name string) (single, withLatin scriptSet, digits int) {
	all := scriptSet{^uint64(0), ^uint64(0), ^uint64(0)}
	single, withLatin = all, newScriptSet(scriptHanb, scriptJpan, scriptKore)
	zero := noDigit
	for _, r := range name {
		set := scriptsOf(r)
		single = single.and(set)
		if !set.has(scriptLatn) {
			withLatin = withLatin.and(set)
		}
		if z := zeroOf(r); z != noDigit && z != zero {
			digits = min(digits+1, 2)
			zero = z
		}
	}
	return single, withLatin, digits
}

// Writing systems of several scripts. Sets treat them as scripts.
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

// scriptsOf returns the scripts that use a character, and their writing
// systems: the augmented set of UTS 39, section 5.1. It is empty for unassigned
// code points, so that no name contains them.
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

// scriptSetNumber returns the number of the set of a character's
// Script_Extensions.
func scriptSetNumber(r rune) int {
	i, found := slices.BinarySearchFunc(scriptRanges[:], uint32(r), func(entry, r uint32) int { return int(entry>>10) - int(r) })
	if !found {
		i-- // the range that begins before r
	}
	return int(scriptRanges[i] & 1023)
}

const noDigit rune = -1

// zeroOf returns the zero of the digits that a character belongs to, or
// noDigit. The ten digits of a kind are consecutive, and kinds may follow each
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
