package signup

import "github.com/enrol-sso/enrol/signup/internal/identity"

// UnicodeVersion returns the version of the Unicode tables that this engine
// was built with.
func UnicodeVersion() string { return identity.UnicodeVersion() }
