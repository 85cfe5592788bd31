//go:build differential

package idna

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	xidna "golang.org/x/net/idna"
)

// alphabets are the characters of labels: each has one script, with characters
// that belong to it or look like it.
var alphabets = []string{
	"abcdefghijklmnopqrstuvwxyz0123456789-",
	"abclлABCZ-_!~ .",
	"àéîõüßẞñçœæøåłđ·lL",
	"ÀÉÎÕÜŒÆØÅŁĐİıŀﬁﬀſ",
	"αβγδεσςάέώΑΒΓΣ\u0375\u0342",
	"абвгдеёжѐӀЖѣ\u0483",
	"אבגדהוזחט\u05f3\u05f4\u05b8\u05b01",
	"ابتثجحخدذرزسش٠١٢٩\u064b\u0640-3",
	"کگپچژیه\u200cم۰۱۹ا",
	"\u0680ا۱١\u200c\u200d\u064bއ\u07a6",
	"कखगघ\u094d\u200d\u200c\u093e१२\u0902क\u094d\u200d",
	"ກຂཀ\u0f0b\u0f84กขค\u0e31\u0e33",
	"தமிழ்\u200c\u0d4d\u0d32സ\u0dca",
	"漢字龍々〇日本語\u303b\u3031",
	"ひらがなカタカナ・ー゛゜ヽ、。",
	"・a1-",
	"ｱｲｳﾞﾟＡｂ１２－．｡",
	"한국어\u1112\u1161\u11ab\ua960가각",
	"აბგႠႡᲐᲑ",
	"ᏣᎳᎩꮳꮳᏸ\u1820\u180b\u202f",
	"①②㏂㎏℡™ª²³⅓",
	"☃★😀👍🏽❤\ufe0f\u20e3#",
	"e\u0301o\u0308n\u0303\u0327\u0323\u0345",
	"\u00ad\u200b\u2060\ufeffab\u034f",
	"\U00010400\U00010428\U0001e900\U0001e922\U000105c0",
	"\u1e9e\u00df\u03c2\u03c3ss",
	"\u2024\u2025\u2026\uff0e\u3002.ab",
}

// generated returns domains of every kind, always the same.
func generated(n int) []string {
	g := generator{rand.New(rand.NewPCG(15, 2008))}
	domains := make([]string, 0, n)
	for len(domains) < n {
		if domain := g.domain(); !strings.Contains(domain, "@") {
			domains = append(domains, domain)
		}
	}
	return domains
}

type generator struct{ *rand.Rand }

func (g generator) oneIn(n int) bool { return g.IntN(n) == 0 }

func (g generator) domain() string {
	var labels []string
	for range 1 + g.IntN(3) {
		labels = append(labels, g.label())
	}
	switch g.IntN(12) {
	case 0: // alone
	case 1:
		labels = append(labels, []string{"1", "com1", "127", "1a", "0x7f"}[g.IntN(5)])
	case 2:
		labels = append(labels, "אב")
	default:
		labels = append(labels, []string{"com", "example", "EXAMPLE", "xn--p1ai", "рф", "テスト"}[g.IntN(6)])
	}
	domain := strings.Join(labels, []string{".", ".", ".", "。", "．", "｡"}[g.IntN(6)])
	if g.oneIn(40) {
		domain += "."
	}
	if g.oneIn(60) { // of the maximum length, or longer
		domain = strings.Repeat(strings.Repeat("a", 1+g.IntN(63))+".", 1+g.IntN(6)) + domain
	}
	return domain
}

func (g generator) label() string {
	letters := []rune(alphabets[g.IntN(len(alphabets))])
	if g.oneIn(3) {
		letters = append(slices.Clone(letters), []rune(alphabets[g.IntN(len(alphabets))])...)
	}
	length := 1 + g.IntN(8)
	if g.oneIn(25) {
		length = 20 + g.IntN(50)
	}
	var label []rune
	for range length {
		label = append(label, letters[g.IntN(len(letters))])
		if g.oneIn(60) {
			label = append(label, g.assigned())
		}
	}
	text := string(label)
	switch g.IntN(16) {
	case 0:
		text = insert(text, "-", g.IntN(len(label)+1))
	case 1:
		text = insert(text, "--", min(2, len(label)))
	case 2, 3, 4:
		text = g.aLabel(text)
	}
	return text
}

// insert puts a text before the n-th code point of another.
func insert(text, more string, n int) string {
	runes := []rune(text)
	return string(runes[:n]) + more + string(runes[n:])
}

// aLabel returns a label in punycode, mapped before or not, and sometimes
// changed afterwards so that it is not the label of anything.
func (g generator) aLabel(label string) string {
	if g.oneIn(2) {
		label = strings.ToLower(label)
	}
	encoded, err := xidna.Punycode.ToASCII(label)
	if err != nil || g.oneIn(20) {
		encoded = "xn--" + label
	}
	switch g.IntN(8) {
	case 0:
		encoded = strings.ToUpper(encoded)
	case 1:
		encoded = insert(encoded, string(rune('a'+g.IntN(26))), g.IntN(len([]rune(encoded))+1))
	case 2:
		encoded += "-"
	}
	return encoded
}

// assigned returns any code point that our tables know.
func (g generator) assigned() rune {
	for {
		if r := rune(g.IntN(0x20000)); unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) {
			return r
		}
	}
}
