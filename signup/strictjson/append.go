package strictjson

import (
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Append appends an object as JSON on one line. It escapes only what RFC 8259
// and JavaScript's line separators require.
func Append(out []byte, visit func(*Members)) []byte {
	m := Members{writing: true, out: slices.Grow(out, usualSize)}
	m.object(visit)
	return m.out
}

// Escaped returns an object as JSON with <, > and & escaped too. Text that is
// not UTF-8 is an error: Append writes U+FFFD in its place, which would turn
// one password into another.
func Escaped(visit func(*Members)) ([]byte, error) {
	m := Members{writing: true, html: true, out: make([]byte, 0, usualSize)}
	if m.object(visit); m.torn {
		return nil, errors.New("text is not valid UTF-8")
	}
	return m.out, nil
}

// usualSize is enough for most objects, so that few are copied as they grow.
const usualSize = 512

func (m *Members) object(visit func(*Members)) {
	start, first := len(m.out), m.first
	m.first = true
	m.out = append(m.out, '{')
	if visit(m); m.null {
		m.null, m.out = false, append(m.out[:start], "null"...)
	} else {
		m.out = append(m.out, '}')
	}
	m.first = first
}

// name writes the name of the next member.
func (m *Members) name(name string) {
	m.comma()
	m.string(name)
	m.out = append(m.out, ':')
}

// declaredName writes a name that has nothing to escape.
func (m *Members) declaredName(name string) {
	m.comma()
	m.out = append(append(append(m.out, '"'), name...), '"', ':')
}

func (m *Members) comma() {
	m.optional = false
	if !m.first {
		m.out = append(m.out, ',')
	}
	m.first = false
}

func (m *Members) number(n int64) { m.out = strconv.AppendInt(m.out, n, 10) }

func (m *Members) strings(list []string) {
	if list == nil {
		m.out = append(m.out, "null"...)
		return
	}
	m.out = append(m.out, '[')
	for i, text := range list {
		if i > 0 {
			m.out = append(m.out, ',')
		}
		m.string(text)
	}
	m.out = append(m.out, ']')
}

const hexDigits = "0123456789abcdef"

func (m *Members) string(text string) {
	out, html := append(m.out, '"'), m.html
	start := 0
	for i := 0; i < len(text); {
		b := text[i]
		if isPlain[b] && !html {
			i++
			continue
		}
		if b >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				out = append(append(out, text[start:i]...), `\ufffd`...)
				start, m.torn = i+size, true
			case r == '\u2028' || r == '\u2029':
				out = append(append(out, text[start:i]...), `\u202`...)
				out = append(out, hexDigits[r&0xF])
				start = i + size
			}
			i += size
			continue
		}
		if short := shortEscape(b); short != 0 {
			out = append(append(out, text[start:i]...), '\\', short)
			start = i + 1
		} else if b < 0x20 || html && (b == '<' || b == '>' || b == '&') {
			out = append(append(out, text[start:i]...), '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&0xF])
			start = i + 1
		}
		i++
	}
	m.out = append(append(out, text[start:]...), '"')
}

// isPlain says which bytes of a string are always written as they are.
var isPlain = func() (is [256]bool) {
	for b := ' '; b < utf8.RuneSelf; b++ {
		is[b] = b != '"' && b != '\\'
	}
	return is
}()

// shortEscape returns the character after the backslash in the short escape of
// b, or 0 if it has none.
func shortEscape(b byte) byte {
	switch b {
	case '"', '\\':
		return b
	case '\b':
		return 'b'
	case '\f':
		return 'f'
	case '\n':
		return 'n'
	case '\r':
		return 'r'
	case '\t':
		return 't'
	}
	return 0
}
