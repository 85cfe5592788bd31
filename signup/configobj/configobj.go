// Package configobj reads the syntax of configuration files that Python's
// ConfigObj 5 reads with its list values on and its interpolation off: the
// syntax of an sso.conf.
//
// Parse is the one entry point. What it accepts means the same to ConfigObj,
// and what ConfigObj refuses it refuses. It is stricter in a few places, where
// ConfigObj makes something out of what can only be a mistake:
//
//   - Text is UTF-8 without control characters, tabs and ends of lines aside.
//   - A line whose first character is "[" is always a section marker. A key
//     that begins so has to be quoted.
//   - A key that is not quoted is not blank.
//   - What begins with a quote is quoted. ConfigObj takes some quotes that
//     nothing closes for text.
//   - A quoted value or entry ends at its first quote before a comma, a
//     comment or the end of the line. ConfigObj reads past that quote if it
//     cannot make sense of the rest otherwise, even into a comment: one that
//     holds the same quote with a comma after it is refused.
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
}

// Value is one text or a list of them, quotes removed.
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
