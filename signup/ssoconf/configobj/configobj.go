// Package configobj parses the configuration files of Python's ConfigObj 5 with
// its default options: with list values and interpolation in the style of
// ConfigParser, without Python in values (unrepr). Zato opens its sso.conf with
// these options.
//
// Parse is the one entry point. A file that ConfigObj reads from a path means
// the same here, and a file that ConfigObj refuses is refused here;
// tests/differential/configobj compares the two. Three things are refused only
// here:
//
//   - Control characters other than tabs and ends of lines. Editors do not show
//     them, and they would end up in names, headers and mail.
//   - UTF-16, of which ConfigObj reads a few files. Text must be UTF-8.
//   - Interpolation that grows a file by more than 1 MiB, or nests values more
//     than 100 deep.
//
// Some input is accepted although its author hardly meant it: an entry such as
// "a whose quote is never closed is text with a quote in it if another entry
// follows, and [a] = b is a key. Callers should be strict about the names of
// keys.
package configobj

import "strconv"

// Section is a section of a file. The file itself is a section of depth 0
// without a name. Entries and sections are in the order of the file.
type Section struct {
	Name     string
	Depth    int // number of brackets around the name
	Line     int // of the marker's first bracket, from 1
	Column   int // as for Line, in code points, from 1
	Entries  []Entry
	Sections []*Section
}

// Entry is a key and its value.
type Entry struct {
	Key    string
	Line   int // of the key's first character, quotes included, from 1
	Column int // as for Line, in code points, from 1
	Value  Value
	Used   bool // %(name)s in some value refers to it
}

// Value is one text or a list of them, with quotes removed and names replaced.
//
// A text in triple quotes keeps its indentation and its ends of lines, as "\n".
// The value of a key without one is the empty text.
type Value struct {
	List   bool     // a comma makes it a list, of any length
	Items  []string // exactly one unless List
	Line   int      // of the first character, quotes included, or of where it is missing, from 1
	Column int      // as for Line, in code points, from 1
}

// Error is something that cannot be parsed.
type Error struct {
	Line    int // from 1
	Column  int // in code points, from 1
	Message string
}

// Error returns the place and what is wrong there, on one line.
func (e Error) Error() string {
	return "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column) + ": " + e.Message
}
