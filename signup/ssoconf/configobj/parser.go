package configobj

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse parses a file and returns it as a section of depth 0, or all errors in
// the order of the file. It takes time and memory proportional to the length of
// the text.
func Parse(text string) (*Section, []Error) {
	p := &parser{}
	p.lines, p.errors = splitLines(text)
	if len(p.errors) > 0 {
		return nil, p.errors
	}
	root := &Section{}
	p.open = []scope{newScope(root)}
	for ; p.row < len(p.lines); p.row++ {
		p.line(p.lines[p.row])
	}
	if len(p.errors) == 0 && strings.Contains(text, "%(") {
		p.errors = interpolate(root)
	}
	if len(p.errors) > 0 {
		return nil, p.errors
	}
	return root, nil
}

// parser is the state of one Parse. Offsets within a line are in bytes.
type parser struct {
	lines  []string
	row    int     // index of the current line
	open   []scope // the file, its open section, the open section in that, and so on
	errors []Error
}

// scope is an open section and the names of the keys and sections in it.
type scope struct {
	section *Section
	names   map[string]bool
}

func newScope(section *Section) scope {
	return scope{section: section, names: map[string]bool{}}
}

func (p *parser) line(line string) {
	start := skipSpace(line, 0)
	switch peek(line, start) {
	case lineEnd, '#':
	case '[':
		if !p.marker(line, start) {
			p.entry(line, start)
		}
	default:
		p.entry(line, start)
	}
}

// entry parses the line "key = value" and the further lines of the value.
func (p *parser) entry(line string, start int) {
	key, begin, equals, ok := p.key(line, start)
	if !ok {
		return
	}
	entry := Entry{Key: key, Line: p.row + 1, Column: column(line, begin)}
	if entry.Value, ok = p.value(line, skipSpace(line, equals+1)); !ok {
		return
	}
	current := p.open[len(p.open)-1]
	if current.names[key] {
		p.errors = append(p.errors, Error{entry.Line, entry.Column, "the key " + quoted(key) + " is given twice: remove one of them"})
		return
	}
	current.names[key] = true
	current.section.Entries = append(current.section.Entries, entry)
}

// fail records an error at an offset of the current line.
func (p *parser) fail(line string, at int, message string) {
	p.errors = append(p.errors, Error{p.row + 1, column(line, at), message})
}

// column returns the number, from 1, of the code point at an offset.
func column(line string, at int) int { return utf8.RuneCountInString(line[:at]) + 1 }

// quoted returns text as messages show it, shortened if it is long.
func quoted(text string) string {
	if short := clip(text); short != text {
		return strconv.Quote(short) + "…"
	}
	return strconv.Quote(text)
}

// clip returns the beginning of a text.
func clip(text string) string {
	const limit = 64
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit])
}
