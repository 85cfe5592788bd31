package advice

import _ "embed" // the text below

//go:embed recommended.conf
var recommended string

// Recommended returns the sso.conf that a new installation should begin with:
// commented, without errors, and with nothing for Lint to find but what whoever
// runs the site has to decide.
func Recommended() string { return recommended }
