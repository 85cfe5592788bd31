//go:build differential

package names

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/enrol-sso/enrol/tests/differential/peer"
)

// answer is the result of names.py for a text. Only characters that are
// assigned in both Unicode versions, Go's and Python's, are compared.
type answer struct {
	Name       string // canonical, "" if it is refused
	Why        string // it is refused: precis, at, mixed or unstable
	Password   string // normalised, "" if it is refused
	Unassigned bool
}

// compare compares both on all texts, and returns how many the other refused
// for each reason.
func compare(t *testing.T, texts []string) map[string]int {
	t.Helper()
	e, reasons, failures := newEngine(t), map[string]int{}, 0
	for i, want := range peer.Python[string, answer](t, "names.py", texts) {
		text := texts[i]
		if want.Unassigned {
			reasons["unassigned"]++
			continue
		}
		reasons[want.Why]++
		if want.Name != "" && strings.ContainsFunc(text, isNarrowHangul) {
			want.Name = ""
			reasons["narrow Hangul"]++
		}
		if name, password := e.normalise(text); name != want.Name || password != want.Password {
			if failures++; failures <= 50 {
				t.Errorf("%+q is the name %+q and the password %+q, want %+q and %+q (%s)", text, name, password, want.Name, want.Password, want.Why)
			}
		}
	}
	if reasons["unstable"] > 0 {
		t.Errorf("%d names have no one canonical form", reasons["unstable"])
	}
	t.Logf("%d texts, %d differ; names that pass, and why others do not: %v", len(texts), failures, reasons)
	return reasons
}

// isNarrowHangul reports whether a character is a half-width letter of Hangul.
// Its decomposition, and so what RFC 8265 maps it to, is a compatibility
// letter, which PRECIS refuses; precis-i18n decomposes that as well, and now
// and then composes a syllable from what it gets.
func isNarrowHangul(r rune) bool { return '\uffa0' <= r && r <= '\uffdc' }

// assigned are the characters that Go has, but for surrogates, which no UTF-8
// has, and NUL, which no request has.
func assigned() (all []rune) {
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co) {
			all = append(all, r)
		}
	}
	return all
}

func TestEveryCharacter(t *testing.T) {
	t.Parallel()
	var texts []string
	for _, r := range assigned() {
		texts = append(texts, string(r))
		if unicode.Is(unicode.Co, r) {
			continue // private, and one like the other
		}
		texts = append(texts, string([]rune{r, r}), string([]rune{'1', r, '_'}))
		if letters := alphabets[scriptOf(r)]; len(letters) > 0 {
			texts = append(texts, string([]rune{letters[0], r, letters[len(letters)/2]}), string([]rune{r, letters[0]}))
		} else {
			texts = append(texts, string([]rune{'a', r, 'b'}), string([]rune{'α', r, 'Σ'}), string([]rune{'א', r, 'ב'}), string([]rune{'か', r}))
		}
	}
	compare(t, texts)
}

// alphabets are the letters, marks and digits of each script.
var alphabets = func() map[string][]rune {
	all := map[string][]rune{}
	for _, r := range assigned() {
		if script := scriptOf(r); script != "" && unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
			all[script] = append(all[script], r)
		}
	}
	return all
}()

// scriptOf returns the only script of a character, "" if there are several or
// none.
func scriptOf(r rune) string {
	for script, table := range unicode.Scripts {
		if script != "Common" && script != "Inherited" && unicode.Is(table, r) {
			return script
		}
	}
	return ""
}

// everywhere is what texts of all scripts may hold, and what has rules of its
// own: joiners, dots, digits, widths, sigmas, capitals that grow.
var everywhere = []rune("0123456789-_.'@ ·͵׳״・\u200c\u200d\u0301\u0308\u0345\u0327\u093c٠١۰۱०१๑１２ａｂＡＢｱｲﾞ＠ΣςσİıßẞŉǅﬁⅣªº²\u1100\u1161\u11a8ーゝ々〆\u3000\u00a0")

func TestGeneratedNames(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 0))
	scripts := slices.Sorted(maps.Keys(alphabets))
	pick := func(from []rune) rune { return from[random.IntN(len(from))] }
	var texts []string
	for range 150_000 {
		// Half of them are of the scripts that have most of the rules.
		letters := [2][]rune{alphabets[scripts[random.IntN(len(scripts))]], alphabets[scripts[random.IntN(len(scripts))]]}
		if random.IntN(2) == 0 {
			busy := []string{"Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Devanagari", "Hangul", "Hiragana", "Katakana", "Han", "Bopomofo"}
			letters = [2][]rune{alphabets[busy[random.IntN(len(busy))]], alphabets[busy[random.IntN(len(busy))]]}
		}
		mixed := random.IntN(3) == 0
		text := make([]rune, 1+random.IntN(10))
		for i := range text {
			switch dice := random.IntN(12); {
			case dice == 0:
				text[i] = pick(everywhere)
			case mixed && dice < 5:
				text[i] = pick(letters[1])
			default:
				text[i] = pick(letters[0])
			}
		}
		texts = append(texts, string(text))
	}
	reasons := compare(t, texts)
	if reasons[""] < 20_000 || reasons["mixed"] < 5_000 || reasons["precis"] < 20_000 {
		t.Errorf("too few names are of one kind: %v", reasons)
	}
}
