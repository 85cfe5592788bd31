// Package advice explains an sso.conf: the meaning and origin of every setting
// (Explain), settings that are weak, unused or contradictory (Lint), and the
// recommended file for a new installation (Recommended).
//
// It is part of the host, so that its texts are not in the module.
// ssoconf.Parse decides whether a file is valid; an invalid file is
// refused here with the same *ssoconf.Error.
package advice
