package signup

import (
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// rejects reports whether a username or an address, both folded, contains one
// of the keywords: anywhere, as in the original, or only as whole labels, so
// that "sso" does not refuse "lassoing". A label is a run of letters, marks and
// digits. A keyword of several labels, such as "no-reply" or "mail.example",
// matches with what is between them.
func (e *Engine) rejects(text string, keywords []string) bool {
	if e.config.Enrol.RejectMatch != ssoconf.RejectLabel {
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

// isBetweenLabels reports whether no label extends over a place in text.
func isBetweenLabels(text string, place int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:place])
	after, _ := utf8.DecodeRuneInString(text[place:])
	return !identity.IsOfLabel(before) || !identity.IsOfLabel(after)
}
