package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/identity"
)

// rejectedDomains are the entries of reject_email that name domains:
//
//	@x.example   exactly this domain
//	.x.example   its subdomains, but not the domain itself
//
// Together they cover the domain and everything below it. They are compared in
// ASCII, as IDNA 2008 writes domains, so that an entry may be in Unicode or in
// punycode. They apply whatever enrol.reject_match is. An entry that only looks
// like one, such as "@example", is an ordinary keyword; so is "x.example",
// which also refuses box.example. ".example" means all domains below that
// top-level domain.
type rejectedDomains struct {
	exact map[string]bool
	below []string // with the leading dot
}

// separateDomains separates the entries that name domains from the keywords.
func separateDomains(entries []string) (named rejectedDomains, keywords []string) {
	named.exact = map[string]bool{}
	for _, entry := range entries {
		if domain, found := strings.CutPrefix(entry, "@"); found {
			if ascii, _, ok := identity.Domain(domain); ok {
				named.exact[ascii] = true
				continue
			}
		}
		if domain, found := strings.CutPrefix(entry, "."); found {
			if ascii, _, ok := identity.Domain("a." + domain); ok {
				named.below = append(named.below, strings.TrimPrefix(ascii, "a"))
				continue
			}
		}
		keywords = append(keywords, entry)
	}
	return named, keywords
}

// has reports whether a canonical address is in one of the domains.
func (d rejectedDomains) has(address string) bool {
	domain := address[strings.LastIndexByte(address, '@')+1:]
	if d.exact[domain] {
		return true
	}
	for _, suffix := range d.below {
		if strings.HasSuffix(domain, suffix) {
			return true
		}
	}
	return false
}
