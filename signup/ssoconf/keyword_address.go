package ssoconf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/identity"
)

// Advice about keywords.
const (
	writeDomains = ": remove it, or write @x.example for a domain and .x.example for its subdomains"
	noPattern    = "has a *, which means itself, because entries are not patterns: "
)

// addressKeyword checks a keyword of addresses: a domain after "@" or ".", or any
// part of an address.
func addressKeyword(keyword string) (problem, warning string) {
	folded := identity.Fold(keyword)
	if reason := notInAddress(folded); reason != "" {
		return "refuses no address, because " + reason + writeDomains, ""
	}
	switch named, dot := strings.CutSuffix(folded, "."); {
	case folded == "@" || folded == ".":
		return "", "is in every address, so that nobody can sign up with one" + writeDomains
	case strings.Contains(folded, "*"):
		return "", noPattern + strings.TrimPrefix(writeDomains, ": ")
	case dot && (named[0] == '@' || named[0] == '.'):
		return "", "does not name a domain, since it ends with a dot: remove that dot"
	}
	return "", ""
}

// usernameKeyword checks a keyword of usernames.
func usernameKeyword(keyword string) (problem, warning string) {
	if strings.Contains(keyword, "*") {
		return "", noPattern + "remove the *"
	}
	return "", ""
}

// notInAddress returns the reason why no valid address contains a folded text, or
// "". It does not find every such text, because domains have more rules.
func notInAddress(text string) (reason string) {
	_, domain, hasAt := strings.Cut(text, "@")
	switch {
	case strings.Contains(domain, "@"):
		return "an address has one @"
	case strings.Contains(text, "..") || strings.Contains(text, ".@") || strings.HasPrefix(domain, "."):
		return "an address has no dot next to another dot or to its @"
	}
	for _, r := range text {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return "an address has no white space and no control characters"
		case r < utf8.RuneSelf && !isLetterOrDigit(r) && !strings.ContainsRune(".@!#$%&'*+-/=?^_`{|}~", r):
			return "an address has no " + quoteValue(string(r))
		}
	}
	if !hasAt {
		return ""
	}
	odd := func(r rune) bool { return r < utf8.RuneSelf && !isLetterOrDigit(r) && r != '-' && r != '.' }
	switch {
	case strings.ContainsFunc(domain, odd):
		return "a domain has only letters, digits, hyphens and dots"
	case strings.HasPrefix(domain, "-") || strings.Contains(domain, ".-") || strings.Contains(domain, "-."):
		return "a hyphen neither begins nor ends a part of a domain"
	}
	return ""
}
