package strictjson

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/ascii"
)

// string parses a string and records it.
func (p *parser) string() error {
	start, escapes := p.at, uint32(0)
	p.at++
	for p.at < len(p.text) {
		switch b := p.text[p.at]; {
		case b == '"':
			p.at++
			p.add(start, escapes)
			return nil
		case b < 0x20:
			return errors.New("a string contains a control character")
		case b == '\\':
			escapes = 1
			if _, err := p.escape(); err != nil {
				return err
			}
		case b < utf8.RuneSelf:
			p.at++
		default:
			r, size := utf8.DecodeRuneInString(p.text[p.at:])
			if r == utf8.RuneError && size == 1 {
				return errors.New("the text is not UTF-8")
			}
			p.at += size
		}
	}
	return errors.New("a string is not closed")
}

// unescape returns the text of a parsed string.
func unescape(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	p := parser{text: text, own: true}
	for {
		next := strings.IndexByte(text[p.at:], '\\')
		if next < 0 {
			out.WriteString(text[p.at:])
			return out.String()
		}
		out.WriteString(text[p.at : p.at+next])
		p.at += next
		r, _ := p.escape()
		out.WriteRune(r)
	}
}

// escape parses one escape, or two that form a surrogate pair.
func (p *parser) escape() (rune, error) {
	p.at++
	switch b := p.peek(); b {
	case '"', '\\', '/':
		p.at++
		return rune(b), nil
	case 'b', 'f', 'n', 'r', 't':
		p.at++
		return rune("\b\f\n\r\t"[strings.IndexByte("bfnrt", b)]), nil
	case 'u':
	default:
		return 0, errors.New("an escape is invalid")
	}
	first, err := p.hex4()
	switch {
	case err != nil:
		return 0, err
	case first == 0 && !p.own:
		return 0, errors.New("NUL is not accepted")
	case first < 0xD800 || first > 0xDFFF:
		return first, nil
	case first > 0xDBFF || p.peek() != '\\':
		return p.alone(p.at)
	}
	next := p.at
	p.at++
	if p.peek() != 'u' {
		return p.alone(next)
	}
	second, err := p.hex4()
	if err != nil {
		return 0, err
	}
	if second < 0xDC00 || second > 0xDFFF {
		return p.alone(next)
	}
	return (first-0xD800)<<10 + (second - 0xDC00) + 0x10000, nil
}

// alone handles half of a surrogate pair; next is the offset after it.
func (p *parser) alone(next int) (rune, error) {
	if !p.own {
		return 0, errors.New("a surrogate is unpaired")
	}
	p.at = next
	return utf8.RuneError, nil
}

// hex4 parses "u" and four hexadecimal digits.
func (p *parser) hex4() (rune, error) {
	p.at++
	var r rune
	for range 4 {
		b := p.peek()
		switch {
		case ascii.IsDigit(b):
			r = r<<4 | rune(b-'0')
		case 'a' <= b|0x20 && b|0x20 <= 'f':
			r = r<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, errors.New("an escape is incomplete")
		}
		p.at++
	}
	return r, nil
}
