// Package configobj reads the syntax of configuration files that Python's
// ConfigObj 5 reads with its defaults, among them list values and interpolation
// in the style of ConfigParser, but no Python in values (unrepr). It is with
// those that Zato opens its sso.conf.
//
// Parse is the one entry point. What ConfigObj reads from a path means the same
// here, and what it refuses is refused; tests/differential/configobj compares
// the two. There are three exceptions, each of which is refused here:
//
//   - Control characters, tabs and ends of lines aside. They are not seen in an
//     editor, and would go on into names, headers and mail.
//   - UTF-16, which ConfigObj reads a few files of. Text is UTF-8.
//   - Interpolation that grows a file by more than 1 MiB, or whose values stand
//     in each other more than 100 deep.
//
// Some of what is read alike is hardly meant: an entry such as "a that no quote
// closes is text with a quote in it if another entry follows, and [a] = b is a
// key. Whoever gives keys a meaning should be strict about their names.
package configobj

import "strconv"

// Section is a section of a file, or the file itself, whose depth is 0 and
// which has no name. Everything in it is in the order of the file.
type Section struct {
	Name     string
	Depth    int // number of brackets around the name
	Line     int // of the marker's first bracket, from 1
	Column   int // likewise, in code points, from 1
	Entries  []Entry
	Sections []*Section
}

// Entry is a key and its value.
type Entry struct {
	Key    string
	Line   int // of the key's first character, quotes included, from 1
	Column int // likewise, in code points, from 1
	Value  Value
	Used   bool // a name in some value stands for it
}

// Value is one text or a list of them, quotes removed and names in it replaced.
//
// A text in triple quotes keeps its ends of lines, as "\n", and its
// indentation. A key without a value has the empty text.
type Value struct {
	List   bool     // a comma made it a list, of any length
	Items  []string // exactly one unless List
	Line   int      // of the first character, quotes included, or of where it would be, from 1
	Column int      // likewise, in code points, from 1
}

// Error is something in a file that cannot be read.
type Error struct {
	Line    int // from 1
	Column  int // in code points, from 1
	Message string
}

// Error returns the place and what is wrong there, in one line.
func (e Error) Error() string {
	return "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column) + ": " + e.Message
}
