package identity

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Go has a table of Script, but none of Script_Extensions. Every character of a
// script is in our table in a set that has this script.
func TestScriptsAgreeWithGo(t *testing.T) {
	t.Parallel()
	if UnicodeVersion() != scriptVersion {
		t.Fatalf("the tables are of Unicode %s: generate the table of scripts again with go run ./tests/scripts", UnicodeVersion())
	}
	known := map[int]string{}
	for script, characters := range unicode.Scripts {
		if script == "Common" || script == "Inherited" {
			continue
		}
		number := -1 // the set of the first character that no other script uses
		for r := range runes(characters) {
			if set := scriptSetNumber(r); set < scriptCount {
				number = set
				break
			}
		}
		if number <= everyScript || known[number] != "" {
			t.Errorf("%s is the set %d, as is %q", script, number, known[number])
			continue
		}
		known[number] = script
		for r := range runes(characters) {
			set := scriptSetNumber(r)
			if has := set >= scriptCount && strings.Contains(scriptLists[set-scriptCount], string([]byte{byte(number)})); set != number && !has {
				t.Errorf("%U is of %s, and of the set %d", r, script, set)
			}
		}
	}
	if len(known) != scriptCount-2 {
		t.Errorf("Go has %d scripts", len(known))
	}
	for script, number := range map[string]int{"Bopomofo": scriptBopo, "Hangul": scriptHang, "Han": scriptHani, "Hiragana": scriptHira, "Katakana": scriptKana, "Latin": scriptLatn} {
		if known[number] != script {
			t.Errorf("%s is %q", script, known[number])
		}
	}
	assigned := unicode.MaxRune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		set := scriptSetNumber(r)
		shared := unicode.Is(unicode.Scripts["Common"], r) || unicode.Is(unicode.Scripts["Inherited"], r)
		if set == everyScript && !shared {
			t.Errorf("%U is of every script", r)
		}
		if set == noScript {
			assigned--
			if shared {
				t.Errorf("%U is of no script", r)
			}
		}
	}
	if assigned < 149_000 || assigned > 200_000 {
		t.Errorf("%d characters are of some script", assigned)
	}
}

// runes returns the code points of a table in order.
func runes(table *unicode.RangeTable) func(func(rune) bool) {
	return func(yield func(rune) bool) {
		ranges := slices.Clone(table.R32)
		for _, r := range slices.Backward(table.R16) {
			ranges = slices.Insert(ranges, 0, unicode.Range32{Lo: uint32(r.Lo), Hi: uint32(r.Hi), Stride: uint32(r.Stride)})
		}
		for _, r := range ranges {
			for c := r.Lo; c <= r.Hi; c += r.Stride {
				if !yield(rune(c)) {
					return
				}
			}
		}
	}
}

// Every script has characters that are a name on their own.
func TestNoScriptIsLeftOut(t *testing.T) {
	t.Parallel()
	for script, characters := range unicode.Scripts {
		allowed, refused := 0, 0
		for r := range runes(characters) {
			if !looksMixed(string([]rune{r, r, '_', r})) {
				allowed++
			} else {
				refused++
			}
		}
		if allowed == 0 || refused > 0 {
			t.Errorf("%s: %d characters make a name, %d do not", script, allowed, refused)
		}
	}
}

func TestDigitsOfTwoKindsAreNotMixed(t *testing.T) {
	t.Parallel()
	zeros := map[rune]bool{}
	for r := range runes(unicode.Digit) {
		zero := zeroOf(r)
		zeros[zero] = true
		if r < zero || r > zero+9 || zeroOf(zero) != zero || zeroOf(zero+9) != zero {
			t.Errorf("%U is a digit from %U", r, zero)
		}
		if mixed := looksMixed(string([]rune{'7', r})); mixed != (zero != '0') {
			t.Errorf("7 with %U is mixed: %v", r, mixed)
		}
	}
	if len(zeros) < 60 || zeroOf('a') != noDigit || zeroOf('²') != noDigit || zeroOf('Ⅳ') != noDigit {
		t.Errorf("there are %d kinds of digits", len(zeros))
	}
}
