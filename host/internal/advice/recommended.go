package advice

import _ "embed" // the text below

//go:embed recommended.conf
var recommended string

// Recommended returns the sso.conf for a new installation: commented, without
// errors, and without findings of Lint except decisions of the operator.
func Recommended() string { return recommended }
