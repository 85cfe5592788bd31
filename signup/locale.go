package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/ascii"
)

// attrLocale is the attribute of an account that says in which language its
// owner reads messages.
const attrLocale = "locale"

// maxLocale is how many characters a language tag may have, as RFC 5646
// (section 4.4.1) advises.
const maxLocale = 35

// locale returns the language tag of an account, such as "pt-BR" or "pt_BR". It
// is "" if there is none, or if the attribute does not look like one.
func locale(attrs map[string]string) string {
	tag := attrs[attrLocale]
	if len(tag) > maxLocale {
		return ""
	}
	for i, part := range strings.Split(strings.ReplaceAll(tag, "_", "-"), "-") {
		if !isSubtag(part, i == 0) {
			return ""
		}
	}
	return tag
}

// isSubtag reports whether text is a part of a language tag: 1 to 8 letters or
// digits. The first one is 2 to 8 letters.
func isSubtag(text string, first bool) bool {
	if len(text) < 1 || len(text) > 8 || first && len(text) < 2 {
		return false
	}
	for i := range len(text) {
		if !ascii.IsLetter(text[i]) && (first || !ascii.IsDigit(text[i])) {
			return false
		}
	}
	return true
}
