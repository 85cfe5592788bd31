package configobj

import (
	"strconv"
	"unicode/utf8"
)

// notMarker is the message for a line that only begins like a section marker.
const notMarker = "this is not a section marker, which is a name in brackets with only a comment after them: write [name]"

// marker parses a line such as "[name]" or "[[name]]" and opens that section.
// If the section is invalid, it opens one that is not part of the file, so that
// the lines that follow are still checked. It reports whether the line is a
// section marker.
func (p *parser) marker(line string, start int) bool {
	depth, at, last := 0, start, start
	for peek(line, at) == '[' {
		depth, last = depth+1, at
		at = skipSpace(line, at+1)
	}
	name, closed := sectionName(line, at)
	if closed == 0 && depth > 1 { // then the innermost bracket is part of the name
		depth--
		name, closed = plainName(line, last)
	}
	if closed == 0 {
		return false
	}
	section := &Section{Name: name, Depth: depth, Line: p.row + 1, Column: column(line, start)}
	message := ""
	if closed != depth {
		message = "the section " + quoted(name) + " opens with " + strconv.Itoa(depth) + " and closes with " +
			strconv.Itoa(closed) + " brackets: write the same number of both"
	} else {
		message = p.attach(section)
	}
	if message != "" {
		p.fail(line, start, message)
	}
	p.open = append(p.open[:min(depth, len(p.open))], newScope(section))
	return true
}

// openAside opens a section that is not part of the file, for the lines after
// an invalid marker.
func (p *parser) openAside(line string, at int) {
	depth := 0
	for peek(line, at) == '[' {
		depth++
		at = skipSpace(line, at+1)
	}
	p.open = append(p.open[:min(depth, len(p.open))], newScope(&Section{Depth: depth}))
}

// attach adds a section to the open section one level above it, or returns a
// message why it cannot.
func (p *parser) attach(section *Section) (message string) {
	if section.Depth > len(p.open) {
		return "the section " + quoted(section.Name) + " has " + strconv.Itoa(section.Depth) +
			" brackets, but no open section can contain it: use at most " + strconv.Itoa(len(p.open))
	}
	parent := p.open[section.Depth-1]
	if parent.names[section.Name] {
		return "the name " + quoted(section.Name) + " is taken by a key or a section above: join the two, or rename one"
	}
	parent.names[section.Name] = true
	parent.section.Sections = append(parent.section.Sections, section)
	return ""
}

// sectionName parses the name at an offset. Brackets must follow it, and only a
// comment may follow those. It returns the name and the number of brackets, or
// 0 if there is no such name.
func sectionName(line string, at int) (name string, closed int) {
	if quote := peek(line, at); isQuote(quote) {
		return quotedName(line, at+1, quote)
	}
	return plainName(line, at)
}

// plainName parses an unquoted name. It ends before the first brackets that end
// the line.
func plainName(line string, from int) (name string, closed int) {
	_, first := utf8.DecodeRuneInString(line[from:])
	for at := from + first; at < len(line); {
		closed, end := closers(line, at)
		if closed > 0 {
			return line[from:at], closed
		}
		at = max(end, at+1)
	}
	return "", 0
}

// quotedName parses a name whose opening quote is just before from. The name
// must not be blank, and its closing quote must be just before the brackets.
func quotedName(line string, from int, quote byte) (name string, closed int) {
	for at := skipSpace(line, from) + 1; at < len(line); at++ {
		if line[at] != quote {
			continue
		}
		if closed, _ := closers(line, at+1); closed > 0 {
			return line[from:at], closed
		}
	}
	return "", 0
}

// closers counts the closing brackets at an offset, with white space between
// them, and returns where they end. It returns 0 if anything but a comment
// follows them.
func closers(line string, at int) (closed, end int) {
	for {
		at = skipSpace(line, at)
		switch peek(line, at) {
		case ']':
			closed++
			at++
		case lineEnd, '#':
			return closed, at
		default:
			return 0, at
		}
	}
}
