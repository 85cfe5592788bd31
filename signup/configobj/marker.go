package configobj

import (
	"strconv"
	"unicode/utf8"
)

// notMarker is what a line that begins like a section marker is told.
const notMarker = "this is not a section marker, which has a name in brackets and nothing after them but a comment: write [name]"

// marker reads a line such as "[name]" or "[[name]]" and opens that section.
// If it cannot, what follows goes to a section that is in no file, so that it
// is checked all the same. It says whether the line is a section marker.
func (p *parser) marker(line string, start int) bool {
	depth, at, last := 0, start, start
	for peek(line, at) == '[' {
		depth, last = depth+1, at
		at = skipSpace(line, at+1)
	}
	name, closed := sectionName(line, at)
	if closed == 0 && depth > 1 { // then the innermost bracket belongs to the name
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

// openAside opens a section that is in no file, for what follows a line that
// was meant to be a marker.
func (p *parser) openAside(line string, at int) {
	depth := 0
	for peek(line, at) == '[' {
		depth++
		at = skipSpace(line, at+1)
	}
	p.open = append(p.open[:min(depth, len(p.open))], newScope(&Section{Depth: depth}))
}

// attach puts a section into the open one that is a level above it, or says
// why it cannot be there.
func (p *parser) attach(section *Section) (message string) {
	if section.Depth > len(p.open) {
		return "the section " + quoted(section.Name) + " has " + strconv.Itoa(section.Depth) +
			" brackets, but no section is open that it could belong to: use at most " + strconv.Itoa(len(p.open))
	}
	parent := p.open[section.Depth-1]
	if parent.names[section.Name] {
		return "the name " + quoted(section.Name) + " is taken by a key or a section above: join the two, or rename one"
	}
	parent.names[section.Name] = true
	parent.section.Sections = append(parent.section.Sections, section)
	return ""
}

// sectionName reads the name from an offset on, which must have brackets after
// it, and nothing but a comment after those. With the name comes the number of
// the brackets, 0 if there is no such name.
func sectionName(line string, at int) (name string, closed int) {
	if quote := peek(line, at); isQuote(quote) {
		return quotedName(line, at+1, quote)
	}
	return plainName(line, at)
}

// plainName reads a name that is not quoted: it ends before the first brackets
// that end the line.
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

// quotedName does so for a name whose opening quote is just before an offset.
// It is not blank, and its closing quote is just before the brackets.
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

// closers counts the closing brackets from an offset on, white space between
// them, and says where they end. The number is 0 if anything but a comment
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
