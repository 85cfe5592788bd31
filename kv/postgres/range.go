package postgres

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// bounds are the keys of a scan: from one key, itself included or not, to
// another, not included. An empty end means that there is none.
type bounds struct {
	from      string
	inclusive bool
	to        string
}

// boundsOf returns where the keys are that start with prefix and are greater
// than after. It reports false if there can be none.
func boundsOf(prefix, after string) (b bounds, some bool, err error) {
	if !utf8.ValidString(prefix) || !utf8.ValidString(after) {
		return b, false, errors.New("kv: the prefix or the start of a scan is not UTF-8")
	}
	if strings.Contains(prefix, "\x00") {
		return b, false, nil
	}
	after, _, _ = strings.Cut(after, "\x00") // no key is between the two, and PostgreSQL accepts no NUL
	b = bounds{from: after, to: endOf(prefix)}
	if after < prefix || after == "" {
		b.from, b.inclusive = prefix, true
	}
	return b, b.to == "" || b.from < b.to, nil
}

// endOf returns the lowest text above all that start with prefix: its last
// character incremented, skipping surrogates, or the one before it if there is
// no higher one. It returns "" if there is no such text.
func endOf(prefix string) string {
	runes := []rune(prefix)
	for last := len(runes) - 1; last >= 0; last-- {
		switch r := runes[last]; r {
		case utf8.MaxRune:
			continue
		case 0xd7ff:
			runes[last] = 0xe000
		default:
			runes[last] = r + 1
		}
		return string(runes[:last+1])
	}
	return ""
}
