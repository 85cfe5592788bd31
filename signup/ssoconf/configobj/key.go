package configobj

import (
	"strings"
	"unicode/utf8"
)

// key parses the key of a line whose first character that is not white space is
// at start. It returns where the key begins and where the "=" after it is.
//
// If that character is a quote that is never closed or the "=" itself, the
// white space before it belongs to the key.
func (p *parser) key(line string, start int) (key string, begin, equals int, ok bool) {
	first := line[start]
	if isQuote(first) {
		if end, equals, ok := closing(line, start+1, first, "="); ok {
			return line[start+1 : end], start, equals, true
		}
	}
	length := strings.IndexByte(line[start:], '=')
	if length < 0 {
		p.failKey(line, start)
		return "", 0, 0, false
	}
	if first != '=' && !isQuote(first) {
		return trimSpace(line[start : start+length]), start, start + length, true
	}
	if start == 0 {
		p.failKey(line, start)
		return "", 0, 0, false
	}
	_, size := utf8.DecodeLastRuneInString(line[:start])
	begin = start - size
	return line[begin:start] + trimSpace(line[start:start+length]), begin, start + length, true
}

func (p *parser) failKey(line string, start int) {
	message := "this is neither a [section] nor key = value: add what is missing, or put a # before it"
	switch first := line[start]; {
	case first == '[':
		message = notMarker
		p.openAside(line, start)
	case first == '=':
		message = "there is no key before the =: write key = value"
	case isQuote(first):
		message = "the key opens with a quote and is not closed by the same quote with an = after it"
	}
	p.fail(line, start, message)
}
