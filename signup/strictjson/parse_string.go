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
	text, at := p.text, p.at+1
	for at < len(text) {
		b := text[at]
		if isPlain[b] {
			at++
			continue
		}
		p.at = at
		switch {
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
		default:
			r, size := utf8.DecodeRuneInString(text[at:])
			if r == utf8.RuneError && size == 1 {
				return errors.New("the text is not UTF-8")
			}
			p.at += size
		}
		at = p.at
	}
	p.at = at
	return errors.New("a string is not closed")
}

// unescape returns the text of a parsed string.
func unescape(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	p := parser{text: text, own: true}
	for start, at := 0, 0; ; {
		for at < len(text) && text[at] != '\\' {
			at++
		}
		out.WriteString(text[start:at])
		if at == len(text) {
			return out.String()
		}
		if b := text[at+1]; b == '"' || b == '\\' { // most often: it begins the next piece
			start, at = at+1, at+2
			continue
		}
		p.at = at
		r, _ := p.escape()
		out.WriteRune(r)
		start, at = p.at, p.at
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
