package configobj

import "strings"

// triple parses a text in triple quotes, which open at an offset of the current
// line. It ends at the first closing quotes with only a comment after them,
// which must be on the first line that has closing quotes.
func (p *parser) triple(line string, at int) (string, bool) {
	quotes, opened, openedAt := line[at:at+3], p.row, at
	var text strings.Builder
	for from := at + 3; ; from = 0 {
		if end, ok := tripleEnd(line, from, quotes); ok {
			text.WriteString(line[from:end])
			return text.String(), true
		}
		if junk := strings.Index(line[from:], quotes); junk >= 0 {
			p.fail(line, from+junk+3, "there is text after the closing quotes: remove it, or put a # before it")
			return "", false
		}
		if p.row == len(p.lines)-1 {
			p.errors = append(p.errors, Error{opened + 1, column(p.lines[opened], openedAt), "the value opens with " + quotes + ", and is never closed"})
			return "", false
		}
		text.WriteString(line[from:])
		text.WriteByte('\n')
		p.row++
		line = p.lines[p.row]
	}
}

// tripleEnd finds the first quotes from an offset on with only a comment after
// them.
func tripleEnd(line string, from int, quotes string) (end int, ok bool) {
	for end = from; end+3 <= len(line); end++ {
		if line[end:end+3] == quotes && ended(line, skipSpace(line, end+3)) {
			return end, true
		}
	}
	return 0, false
}
