// Package advice explains an sso.conf: what every setting means and where it
// comes from (Explain), what in it is weak, dead or contradicts itself (Lint),
// and what a new one should say (Recommended).
//
// It is a part of the host, so that its texts are not in the module. Whether a
// file can be used at all is for signup.ParseConfig to say; what that refuses is
// refused here with the same *signup.ConfigError.
package advice
