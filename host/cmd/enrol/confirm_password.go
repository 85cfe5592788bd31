package main

import "github.com/enrol-sso/enrol/signup/ssoconf"

// confirmWithPassword turns enrol.confirm_requires_password on where the sso.conf
// does not set it. Public pages need it: the owner of an address who follows the link
// of a mail that they did not request would activate a stranger's password.
func (k *conf) confirmWithPassword() {
	settings, err := ssoconf.ParseSettings(k.text)
	if err != nil {
		panic("a configuration in use cannot be read")
	}
	for _, s := range settings {
		if s.Path() == "enrol.confirm_requires_password" && s.Line > 0 {
			return
		}
	}
	with, ok := k.with("enrol", "confirm_requires_password", "True", func(c *ssoconf.Config) { c.Enrol.ConfirmRequiresPassword = true })
	if ok {
		with.demands = true
		*k = *with
	}
}
