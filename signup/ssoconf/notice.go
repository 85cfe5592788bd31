package ssoconf

import (
	"cmp"
	"slices"
	"strconv"
)

// Notice is an error or a warning about an sso.conf.
type Notice struct {
	Line    int // from 1, or 0 if the file does not have what it is about
	Column  int // in code points, from 1, or 0 as for Line
	Message string
}

// String returns the place, if there is one, and the message on one line.
func (n Notice) String() string {
	if n.Line == 0 {
		return n.Message
	}
	return "line " + strconv.Itoa(n.Line) + ", column " + strconv.Itoa(n.Column) + ": " + n.Message
}

// Error lists everything that is wrong with an sso.conf.
type Error struct {
	Notices []Notice // at least one, in the order of the file
}

// Error returns the first notice and the number of the others on one line.
func (e *Error) Error() string {
	text := "sso.conf: " + e.Notices[0].String()
	switch others := len(e.Notices) - 1; others {
	case 0:
		return text
	case 1:
		return text + " (and 1 other error)"
	default:
		return text + " (and " + strconv.Itoa(others) + " other errors)"
	}
}

// sortNotices sorts notices in the order of the file, those without a place
// first.
func sortNotices(notices []Notice) {
	slices.SortStableFunc(notices, func(a, b Notice) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
