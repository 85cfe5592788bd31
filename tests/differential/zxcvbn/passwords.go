//go:build differential

package zxcvbn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
)

// question is one password to score.
type question struct {
	Password string   `json:"password"`
	Inputs   []string `json:"inputs"`
	Year     int      `json:"year"`
}

// generator makes passwords of every kind that the estimate knows, and others.
type generator struct {
	*rand.Rand
	words *words.Set
}

// question is made of one to a few parts, most of them short. One in ten has
// user inputs, which are mostly parts of the password in other case.
func (g *generator) question() question {
	length := 1 + g.IntN(20)
	switch n := g.IntN(3000); {
	case n == 0:
		length = 256
	case n < 8:
		length = 25 + g.IntN(100)
	}
	var parts []string
	for characters := 0; characters < length; {
		part := g.part()
		parts = append(parts, part)
		characters += max(1, len([]rune(part)))
	}
	text := []rune(strings.Join(parts, ""))
	password := string(text[:min(len(text), length)])
	if length > 24 {
		password = g.fewSigns(password)
	}
	q := question{Password: password, Year: 2000 + g.IntN(60)}
	if g.IntN(10) == 0 {
		for range 1 + g.IntN(4) {
			q.Inputs = append(q.Inputs, g.input(parts, password))
		}
	}
	return q
}

func (g *generator) input(parts []string, password string) string {
	switch g.IntN(5) {
	case 0:
		return g.word()
	case 1:
		return password
	case 2:
		return strings.ToUpper(g.one(parts))
	case 3:
		return g.one([]string{"", "constructor", "__proto__", "ΜΆΡΙΟΣ", "İstanbul", "𐐀𐐁", "ada@example.com"})
	}
	return g.one(parts)
}

// fewSigns leaves a long password two different signs that stand for letters:
// with all of them the reference takes half a minute for it.
func (g *generator) fewSigns(password string) string {
	const signs = "4@8({[<3691!|70$5+%2"
	kept := string([]byte{signs[g.IntN(len(signs))], signs[g.IntN(len(signs))]})
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(signs, r) && !strings.ContainsRune(kept, r) {
			return rune(kept[int(r)%2])
		}
		return r
	}, password)
}

func (g *generator) part() string {
	kinds := []func() string{
		g.word, g.cased, g.l33t, g.reversed, g.walk, g.date, g.year, g.repeat, g.sequence,
		g.digits, g.ascii, g.unicode, g.astral, g.odd,
	}
	return kinds[g.IntN(len(kinds))]()
}

func (g *generator) one(list []string) string { return list[g.IntN(len(list))] }

func (g *generator) word() string { return g.words.Word(g.IntN(g.words.Len())) }

func (g *generator) cased() string {
	word := g.word()
	switch g.IntN(4) {
	case 0:
		return strings.ToUpper(word)
	case 1:
		return strings.ToUpper(word[:1]) + word[1:]
	case 2:
		return word[:len(word)-1] + strings.ToUpper(word[len(word)-1:])
	}
	return g.mapped(word, func(r rune) string { return strings.ToUpper(string(r)) })
}

// mapped changes some characters of a text.
func (g *generator) mapped(text string, change func(rune) string) string {
	var changed strings.Builder
	for _, r := range text {
		if g.IntN(2) == 0 {
			changed.WriteString(change(r))
		} else {
			changed.WriteRune(r)
		}
	}
	return changed.String()
}

func (g *generator) l33t() string {
	signs := map[rune]string{
		'a': "4@", 'b': "8", 'c': "({[<", 'e': "3", 'g': "69", 'i': "1!|", 'l': "1|7", 'o': "0", 's': "$5", 't': "+7", 'x': "%", 'z': "2",
	}
	word := g.word()
	if g.IntN(4) == 0 {
		word = g.cased()
	}
	return g.mapped(word, func(r rune) string {
		if known := signs[r]; known != "" {
			return string(known[g.IntN(len(known))])
		}
		return string(r)
	})
}

func (g *generator) reversed() string {
	text := []rune(g.one([]string{g.word(), g.cased(), g.l33t(), g.walk()}))
	slices.Reverse(text)
	return string(text)
}

// walk follows neighbouring keys, with occasional turns or shift.
func (g *generator) walk() string {
	rows := [][]string{
		{"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"},
		{"!@#$%^&*()_+", "QWERTYUIOP{}", "ASDFGHJKL:\"", "ZXCVBNM<>?"},
		{"1234567890[]", "',.pyfgcrl/=", "aoeuidhtns-", ";qjkxbmwvz"},
		{"789", "456", "123", "0."}, {"/*-", "789+", "456", "123"}, {"=/*", "789-", "456+", "123"},
	}[g.IntN(6)]
	y := g.IntN(len(rows))
	x := g.IntN(len(rows[y]))
	dx, dy := g.IntN(3)-1, g.IntN(3)-1
	var text strings.Builder
	for range 2 + g.IntN(10) {
		key := string(rows[y][x])
		if g.IntN(12) == 0 {
			key = strings.ToUpper(key)
		}
		text.WriteString(key)
		if g.IntN(4) == 0 {
			dx, dy = g.IntN(3)-1, g.IntN(3)-1
		}
		y = min(max(y+dy, 0), len(rows)-1)
		x = min(max(x+dx, 0), len(rows[y])-1)
	}
	return text.String()
}

func (g *generator) year() string { return fmt.Sprint(1880 + g.IntN(190)) }

func (g *generator) date() string {
	numbers := []string{fmt.Sprint(g.IntN(33)), fmt.Sprint(g.IntN(14)), g.year()}
	if g.IntN(3) == 0 {
		numbers[0], numbers[1] = fmt.Sprintf("%02s", numbers[0]), fmt.Sprintf("%02s", numbers[1])
	}
	if g.IntN(2) == 0 {
		numbers[2] = numbers[2][2:]
	}
	if g.IntN(2) == 0 {
		numbers[0], numbers[1] = numbers[1], numbers[0]
	}
	if g.IntN(2) == 0 {
		numbers[0], numbers[2] = numbers[2], numbers[0]
	}
	return strings.Join(numbers, g.one([]string{"", "", "", "/", "-", ".", "_", "\\", " ", "\u00a0", "\u2003", "\ufeff", "\n"}))
}

func (g *generator) repeat() string {
	base := g.one([]string{g.word(), g.cased(), g.date(), g.ascii()[:1], g.digits(), g.astral(), g.unicode(), "ab", "aab", "\n"})
	return strings.Repeat(base, 2+g.IntN(4))
}

func (g *generator) sequence() string {
	start, step := rune(g.one([]string{"a", "A", "z", "Z", "0", "9", "5", "m", "α", "я", "~", "あ"})[0]), rune(g.IntN(13)-6)
	if g.IntN(3) == 0 {
		start = []rune("αжあ𐐀")[g.IntN(4)]
	}
	var text []rune
	for r := start; len(text) < 2+g.IntN(8) && r > 0; r += step {
		text = append(text, r)
	}
	return string(text)
}

func (g *generator) digits() string { return fmt.Sprint(g.IntN(1_000_000_000)) }

func (g *generator) from(alphabet string) string {
	letters := []rune(alphabet)
	var text []rune
	for range 1 + g.IntN(6) {
		text = append(text, letters[g.IntN(len(letters))])
	}
	return string(text)
}

func (g *generator) ascii() string {
	return g.mapped(strings.Repeat("x", 1+g.IntN(6)), func(rune) string { return string(rune(' ' + g.IntN(95))) })
}

func (g *generator) unicode() string {
	if g.IntN(3) > 0 {
		return g.from("äÄßẞéÉñçşŞğĞıİi\u0307ΣσςΑαΟΣ'.:·жЖЯяאبあ漢字K\u212AÅ\u212B\u0301ǅ\u00ad\u2028\u2029ﬁ１２３Ａａ")
	}
	for {
		if r := rune(0x80 + g.IntN(0xFF80)); r < 0xD800 || r > 0xDFFF {
			return string(r)
		}
	}
}

func (g *generator) astral() string {
	return g.from("😀😁👍🏽𐐀𐐨𐐁𐐩𝒜𝟗𠀀𞤀𞤢𑢠𑣀")
}

// odd are inputs that the reference treats specially.
func (g *generator) odd() string {
	return g.one([]string{
		"constructor", "__proto__", "Constructor", "rotcurtsnoc", "c0nstruct0r", "tostring", "valueof", "\r\n", "\u0000", "aabaab", "aabaabaabaab",
		"ababababab", "111111111", "20200202", "1/1/91", "1.1.1", "0000", "99999999", "ΟΔΟΣ", "ΣΑΣ4", "İ4@", "4@4@", "((((", "|1!7",
	})
}
