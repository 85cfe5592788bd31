package signup

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of every JSON text that comes from outside: requests, and the answers
// of services.
const (
	maxJSONBytes = 64 << 10
	maxJSONDepth = 8
)

// CheckJSON says why the core would refuse data before it looks at any member:
// it is no JSON object, too long or nested too deep, or holds what has no one
// meaning. For a host that takes a request apart before it hands it on.
func CheckJSON(data []byte) error { return checkJSON(data) }

func checkSize(bytes int) error {
	if bytes > maxJSONBytes {
		return fmt.Errorf("has %d bytes, the limit is %d", bytes, maxJSONBytes)
	}
	return nil
}

// checkJSON makes sure, in one linear pass, that data is one JSON object (RFC
// 8259) that is safe to hand to gjson: bounded in size and depth, valid UTF-8,
// without lone surrogates, without NUL, and without a name that occurs twice
// in one object once escapes are resolved. gjson itself checks none of this,
// and takes seconds over deep nesting.
func checkJSON(data []byte) error {
	if err := checkSize(len(data)); err != nil {
		return err
	}
	c := jsonChecker{data: data}
	c.space()
	if c.peek() != '{' {
		return errors.New("is not a JSON object")
	}
	if err := c.value(1); err != nil {
		return fmt.Errorf("is not acceptable JSON: %w at byte %d", err, c.at)
	}
	c.space()
	if c.at != len(data) {
		return fmt.Errorf("is not acceptable JSON: something follows the object at byte %d", c.at)
	}
	return nil
}

// jsonChecker walks over a JSON text; at is the offset of the next byte.
type jsonChecker struct {
	data []byte
	at   int
}

// peek returns the next byte, 0 at the end. A NUL in the text is no JSON token
// either, so the two need not be told apart.
func (c *jsonChecker) peek() byte {
	if c.at < len(c.data) {
		return c.data[c.at]
	}
	return 0
}

func (c *jsonChecker) space() {
	for {
		switch c.peek() {
		case ' ', '\t', '\n', '\r':
			c.at++
		default:
			return
		}
	}
}

func (c *jsonChecker) value(depth int) error {
	switch b := c.peek(); {
	case b == '{':
		return c.object(depth)
	case b == '[':
		return c.array(depth)
	case b == '"':
		_, err := c.text()
		return err
	case b == 't':
		return c.word("true")
	case b == 'f':
		return c.word("false")
	case b == 'n':
		return c.word("null")
	case b == '-' || isDigit(b):
		return c.number()
	}
	return errors.New("a value is missing")
}

func (c *jsonChecker) object(depth int) error {
	if depth > maxJSONDepth {
		return fmt.Errorf("nesting is deeper than %d", maxJSONDepth)
	}
	seen := map[string]bool{}
	return c.list('}', func() error {
		if c.peek() != '"' {
			return errors.New("a member's name is missing")
		}
		name, err := c.text()
		if err != nil {
			return err
		}
		if seen[name] {
			return errors.New("a member occurs twice")
		}
		seen[name] = true
		c.space()
		if c.peek() != ':' {
			return errors.New(`":" is missing`)
		}
		c.at++
		c.space()
		return c.value(depth + 1)
	})
}

func (c *jsonChecker) array(depth int) error {
	if depth > maxJSONDepth {
		return fmt.Errorf("nesting is deeper than %d", maxJSONDepth)
	}
	return c.list(']', func() error { return c.value(depth + 1) })
}

// list walks over what stands between an opening bracket and the closing one.
func (c *jsonChecker) list(closing byte, element func() error) error {
	c.at++
	c.space()
	if c.peek() == closing {
		c.at++
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		c.space()
		switch c.peek() {
		case ',':
			c.at++
			c.space()
		case closing:
			c.at++
			return nil
		default:
			return fmt.Errorf(`"," or %q is missing`, closing)
		}
	}
}

func (c *jsonChecker) word(word string) error {
	if len(c.data)-c.at < len(word) || string(c.data[c.at:c.at+len(word)]) != word {
		return errors.New("a value is missing")
	}
	c.at += len(word)
	return nil
}

func (c *jsonChecker) number() error {
	if c.peek() == '-' {
		c.at++
	}
	if c.peek() == '0' {
		c.at++
	} else if !c.digits() {
		return errors.New("a number lacks digits")
	}
	if c.peek() == '.' {
		c.at++
		if !c.digits() {
			return errors.New("a number lacks digits")
		}
	}
	if b := c.peek(); b == 'e' || b == 'E' {
		c.at++
		if b := c.peek(); b == '+' || b == '-' {
			c.at++
		}
		if !c.digits() {
			return errors.New("a number lacks digits")
		}
	}
	return nil
}

// digits walks over digits and says whether there were any.
func (c *jsonChecker) digits() bool {
	start := c.at
	for isDigit(c.peek()) {
		c.at++
	}
	return c.at > start
}

// text walks over a string and returns it without its escapes.
func (c *jsonChecker) text() (string, error) {
	c.at++
	var out []byte
	for c.at < len(c.data) {
		switch b := c.data[c.at]; {
		case b == '"':
			c.at++
			return string(out), nil
		case b < 0x20:
			return "", errors.New("a control character stands in a string")
		case b == '\\':
			r, err := c.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
		default:
			r, size := utf8.DecodeRune(c.data[c.at:])
			if r == utf8.RuneError && size == 1 {
				return "", errors.New("the text is not UTF-8")
			}
			out = append(out, c.data[c.at:c.at+size]...)
			c.at += size
		}
	}
	return "", errors.New("a string has no end")
}

// escape walks over one escape, both halves of a surrogate pair together.
func (c *jsonChecker) escape() (rune, error) {
	c.at++
	switch b := c.peek(); b {
	case '"', '\\', '/':
		c.at++
		return rune(b), nil
	case 'b', 'f', 'n', 'r', 't':
		c.at++
		return rune("\b\f\n\r\t"[strings.IndexByte("bfnrt", b)]), nil
	case 'u':
	default:
		return 0, errors.New("an escape is unknown")
	}
	first, err := c.hex4()
	switch {
	case err != nil:
		return 0, err
	case first == 0:
		return 0, errors.New("NUL is not accepted")
	case first < 0xD800 || first > 0xDFFF:
		return first, nil
	case first > 0xDBFF || c.peek() != '\\':
		return 0, errors.New("a surrogate stands alone")
	}
	c.at++
	if c.peek() != 'u' {
		return 0, errors.New("a surrogate stands alone")
	}
	second, err := c.hex4()
	if err != nil {
		return 0, err
	}
	if second < 0xDC00 || second > 0xDFFF {
		return 0, errors.New("a surrogate stands alone")
	}
	return (first-0xD800)<<10 + (second - 0xDC00) + 0x10000, nil
}

// hex4 walks over "u" and four hexadecimal digits.
func (c *jsonChecker) hex4() (rune, error) {
	c.at++
	var r rune
	for range 4 {
		b := c.peek()
		switch {
		case isDigit(b):
			r = r<<4 | rune(b-'0')
		case 'a' <= b|0x20 && b|0x20 <= 'f':
			r = r<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, errors.New("an escape is incomplete")
		}
		c.at++
	}
	return r, nil
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
