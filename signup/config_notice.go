package signup

import (
	"cmp"
	"slices"
	"strconv"
)

// Notice is one thing that is wrong, or doubtful, in an sso.conf.
type Notice struct {
	Line    int // from 1, or 0 if it is about something that the file does not have
	Column  int // in code points, from 1, or 0 likewise
	Message string
}

// String returns the place, if there is one, and the message, in one line.
func (n Notice) String() string {
	if n.Line == 0 {
		return n.Message
	}
	return "line " + strconv.Itoa(n.Line) + ", column " + strconv.Itoa(n.Column) + ": " + n.Message
}

// ConfigError is everything that keeps an sso.conf from being used.
type ConfigError struct {
	Notices []Notice // at least one, in the order of the file
}

// Error returns the first notice, and how many there are besides, in one line.
func (e *ConfigError) Error() string {
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

// sortNotices puts notices in the order of the file, those without a place
// first.
func sortNotices(notices []Notice) {
	slices.SortStableFunc(notices, func(a, b Notice) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
