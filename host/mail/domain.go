package mail

import (
	"strings"

	"golang.org/x/net/idna"
)

// domains is the profile that the core reads domains with.
var domains = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(true),
	idna.ValidateLabels(true),
	idna.CheckHyphens(false),
	idna.CheckJoiners(true),
	idna.VerifyDNSLength(true),
	idna.BidiRule(),
)

// domainToASCII returns a domain in punycode and lower case. A dot at its end
// stays. The capital sharp s becomes the small one, as in the core: the profile
// alone makes it "ss", which is another domain.
func domainToASCII(domain string) (string, error) {
	return domains.ToASCII(strings.ReplaceAll(domain, "ẞ", "ß"))
}
