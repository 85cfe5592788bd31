package postgres

import (
	"fmt"
	"strings"
)

// guard is what keeps commits apart that have a key in common. All programs on
// a database must have the same one: each relies on the others.
type guard string

const (
	// advisory locks each key of a commit; a reader is one statement.
	advisory guard = "advisory"

	// serializable leaves it to the server, which aborts transactions that are
	// in each other's way. Readers take part. It needs no advisory locks, which
	// only PostgreSQL itself has.
	serializable guard = "serializable"
)

// tries is how often a call begins again that the server aborted because of
// others. Transactions that lock all keys first are hardly ever aborted.
func (g guard) tries() int {
	if g == serializable {
		return 20
	}
	return 5
}

// takeGuard returns the guard that a URL has among its parameters, and the URL
// without it.
func takeGuard(url string) (guard, string, error) {
	before, query, _ := strings.Cut(url, "?")
	chosen := advisory
	var others []string
	for parameter := range strings.SplitSeq(query, "&") {
		value, found := strings.CutPrefix(parameter, "guard=")
		switch {
		case !found && parameter != "":
			others = append(others, parameter)
		case found && value != string(advisory) && value != string(serializable):
			return "", "", fmt.Errorf("its guard must be %s or %s", advisory, serializable)
		case found:
			chosen = guard(value)
		}
	}
	if others != nil {
		before += "?" + strings.Join(others, "&")
	}
	return chosen, before, nil
}
