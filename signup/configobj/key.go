package configobj

import "strings"

// key reads the key that begins at an offset, and returns where the "=" after
// it is.
func (p *parser) key(line string, start int) (key string, equals int, ok bool) {
	quote := line[start]
	if isQuote(quote) {
		end, equals, ok := closing(line, start+1, quote, "=")
		if !ok {
			p.fail(line, start, "the key opens with a quote, and no such quote with an = after it closes it")
			return "", 0, false
		}
		return line[start+1 : end], equals, true
	}
	length := strings.IndexByte(line[start:], '=')
	switch length {
	case -1:
		p.fail(line, start, "this is neither a [section] nor key = value: add what is missing, or put a # before it")
		return "", 0, false
	case 0:
		p.fail(line, start, "there is no key before the =: write key = value")
		return "", 0, false
	}
	return trimSpace(line[start : start+length]), start + length, true
}
