//go:build differential

package configobj_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator writes files, always the same for one seed.
type generator struct{ *rand.Rand }

func one[T any](g *generator, choices ...T) T { return choices[g.IntN(len(choices))] }

// many joins up to most pieces.
func (g *generator) many(most int, piece func() string) string {
	var b strings.Builder
	for range g.IntN(most + 1) {
		b.WriteString(piece())
	}
	return b.String()
}

func (g *generator) space() string {
	return one(g, "", "", "", " ", "  ", "\t", " \t ", "\u00a0", "\u3000", "\u2028")
}

func (g *generator) end() string {
	return one(g, "\n", "\n", "\n", "\n", "\r\n", "\n\n", "\r\r\n")
}

func (g *generator) name() string {
	return one(g, "a", "b", "key", "min_length", "is_email_required", "é", "日本", "a b", "a:b", "a.b", "DEFAULT", "x"+fmt.Sprint(g.IntN(30)))
}

func (g *generator) quotedText(quote string) string {
	return quote + g.many(4, func() string {
		return one(g, "a", "b c", " ", ",", "#", "=", "[", "]", "'", `"`, "é", "%", "\\", "%(a)s")
	}) + quote
}

func (g *generator) word() string {
	return one(g, "a", "True", "0", "zato", "b c", "d  e", "x=y", "[z]", "it's", `say "so"`, "é", "C:\\n", "http://a/b?c=d", "%", "100%", "%s")
}

// item is an entry of a list, or a text.
func (g *generator) item() string {
	switch g.IntN(4) {
	case 0:
		return g.quotedText(`"`)
	case 1:
		return g.quotedText(`'`)
	}
	return g.word()
}

func (g *generator) comment() string {
	return one(g, "", "", "", "# c", " # c", " #", "#'c'", ` # "a", b`, " # a, b", "\t# [a]")
}

func (g *generator) value() string {
	switch g.IntN(8) {
	case 0:
		return ""
	case 1:
		return one(g, ",", ", ", " ,")
	case 2:
		quotes := one(g, `"""`, `'''`)
		return quotes + g.many(5, func() string {
			return one(g, "a", "\n", "\n  b", "'", `"`, "#", ",", " ", "'''", "é", "\r\n")
		}) + quotes
	case 3, 4:
		list := g.item()
		for range 1 + g.IntN(4) {
			list += g.space() + "," + g.space() + g.item()
		}
		return list + one(g, "", "", ",", ", ")
	}
	return g.item()
}

func (g *generator) key() string {
	switch g.IntN(6) {
	case 0:
		return `"` + g.name() + `"`
	case 1:
		return "'" + g.name() + "'"
	}
	return g.name()
}

func (g *generator) entry() string {
	return g.space() + g.key() + g.space() + "=" + g.space() + g.value() + g.comment()
}

func (g *generator) section(depth int) string {
	name := one(g, g.name(), g.name(), `"`+g.name()+`"`, `' `+g.name()+` '`)
	open, closed := "", ""
	for range depth {
		open += "[" + one(g, "", "", " ")
		closed += one(g, "", "", " ") + "]"
	}
	return g.space() + open + name + closed + g.comment()
}

// wellFormed is a file with sections in sections.
func (g *generator) wellFormed() string {
	var b strings.Builder
	b.WriteString(one(g, "", "", "", "\ufeff"))
	depth := 0
	for range g.IntN(10) {
		switch g.IntN(5) {
		case 0:
			b.WriteString(one(g, "", "# c", "  # c, d = [e]", " "))
		case 1:
			depth = 1 + g.IntN(depth+1)
			b.WriteString(g.section(depth))
		default:
			b.WriteString(g.entry())
		}
		b.WriteString(g.end())
	}
	return b.String()
}

// nearly is such a file with a few changes.
func (g *generator) nearly() string { return g.mutated(g.wellFormed()) }

// mutated changes a few characters of a file.
func (g *generator) mutated(file string) string {
	text := []rune(file)
	for range 1 + g.IntN(3) {
		at := g.IntN(len(text) + 1)
		to := min(len(text), at+g.IntN(4))
		switch g.IntN(4) {
		case 0: // remove
			text = append(text[:at:at], text[to:]...)
		case 1: // repeat
			text = append(text[:to:to], text[at:]...)
		case 2: // move
			piece := append([]rune(nil), text[at:to]...)
			text = append(text[:at:at], text[to:]...)
			at = g.IntN(len(text) + 1)
			text = append(text[:at:at], append(piece, text[at:]...)...)
		default: // insert
			text = append(text[:at:at], append([]rune(g.piece()), text[at:]...)...)
		}
	}
	return string(text)
}

// piece is a part that matters to the syntax.
func (g *generator) piece() string {
	return one(g, "'", `"`, "'''", `"""`, ",", "#", "=", "[", "]", "[[", "]]", " ", "\t", "\n", "\r", "\r\n", "a", "é",
		"\u00a0", "\u2028", "\ufeff", "\u0085", "\x01", "\v", "%(a)s", "%(", ")s", "%", "\\", "a=b\n", "[a]\n", "\x00")
}

// oneValue is a value of pieces alone.
func (g *generator) oneValue() string {
	pieces := []string{"'", "'", `"`, `"`, ",", ",", "#", " ", "a"}
	if g.IntN(2) == 0 {
		pieces = []string{`"`, ",", " ", "a", "#"}
	}
	return "a = " + g.many(9, func() string { return one(g, pieces...) })
}

// oneKey is a line of pieces with an equals sign.
func (g *generator) oneKey() string {
	before := g.many(6, func() string { return one(g, "'", `"`, " ", "\u00a0", "a", "[", "]", "#", "=", ",") })
	return before + one(g, "=", "=", " = ", "") + g.many(2, func() string { return one(g, "a", "=", `"`, "]") })
}

// markers are lines of brackets.
func (g *generator) markers() string {
	return g.many(3, func() string {
		return one(g, "", "", " ") + one(g, "[", "[", "[[", "[ [") +
			g.many(5, func() string { return one(g, "a", "b", "'", `"`, "]", "[", " ", "#", "=", "\u00a0") }) +
			one(g, "]", "]", "]]", "] ]", "") + one(g, "", "", "#c", " # ]") + "\n"
	})
}

// noise is lines of pieces alone.
func (g *generator) noise() string {
	return one(g, "", "", "", "a = ", "a = b\n[a]\nb=") + g.many(8, g.piece)
}

// interpolated is a file whose values name each other.
func (g *generator) interpolated() string {
	var b strings.Builder
	depth := 0
	if g.IntN(4) > 0 {
		b.WriteString("a = 1\nb = %(a)s2\nc = %(b)s\nd = '%(a)s, x'\n[s]\n")
		depth = 1
	}
	for i := range 2 + g.IntN(7) {
		if g.IntN(3) == 0 {
			depth = 1 + g.IntN(depth+1)
			fmt.Fprintf(&b, "%s%s%s\n", strings.Repeat("[", depth), one(g, "DEFAULT", "s", "t", "u"+fmt.Sprint(i)), strings.Repeat("]", depth))
			continue
		}
		fmt.Fprintf(&b, "%s = %s\n", one(g, "a", "b", "c", "d", "DEFAULT", "s", "k"+fmt.Sprint(i)), g.many(3, func() string {
			return one(g, "x", " ", "%(a)s", "%(b)s", "%(c)s", "%(d)s", "%(a)s", "%(%(a)s", "%(s)s", "%()s", "%(a)", "%%(b)s", "%(a)ss", "y", "z", `"%(a)s"`)
		}))
	}
	return b.String()
}
