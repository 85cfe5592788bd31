package signup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Values of enrol.reject_match.
const (
	RejectSubstring = "substring"
	RejectLabel     = "label"
)

// rejects says whether a username or an address, both folded, holds one of the
// keywords: anywhere, as in the original, or only as whole labels, so that "sso"
// does not refuse "lassoing". A label is a run of letters, marks and digits that
// neither begins nor ends within a longer one; a keyword of several labels, like
// "no-reply" or "@evil.example", is found with what stands between them.
func (e *Engine) rejects(text string, keywords []string) bool {
	if e.config.Enrol.RejectMatch != RejectLabel {
		return containsAny(text, keywords)
	}
	for _, keyword := range keywords {
		if containsLabels(text, keyword) {
			return true
		}
	}
	return false
}

func containsLabels(text, keyword string) bool {
	for at := 0; at < len(text); {
		found := strings.Index(text[at:], keyword)
		if found < 0 {
			return false
		}
		start := at + found
		if isBetweenLabels(text, start) && isBetweenLabels(text, start+len(keyword)) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		at = start + size
	}
	return false
}

// isBetweenLabels says whether no label goes on over a place in text.
func isBetweenLabels(text string, place int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:place])
	after, _ := utf8.DecodeRuneInString(text[place:])
	return !isOfLabel(before) || !isOfLabel(after)
}

func isOfLabel(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.N) }
