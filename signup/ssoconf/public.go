package ssoconf

// CheckPublic returns the settings with which a public surface would tell whether an
// account exists, or take a token from another application: a sentence for each, and
// none if the configuration can be served to anybody.
func (c *Config) CheckPublic() []string {
	var wrong []string
	refuse := func(is bool, sentence string) {
		if is {
			wrong = append(wrong, sentence)
		}
	}
	const telling = ", which would tell anybody who has an account: set it to "
	refuse(c.Signup.InformIfUserExists, "signup.inform_if_user_exists is True"+telling+"False")
	refuse(c.Signup.InformIfEmailExists, "signup.inform_if_email_exists is True"+telling+"False")
	refuse(!c.Signup.AlwaysReturnConfirmToken, "signup.always_return_confirm_token is False"+telling+"True")
	refuse(len(c.Apps.All) > 1 && !c.Enrol.BindApps,
		"there are several applications in apps.all, so that enrol.bind_apps must be True: a token must confirm only in the application that it belongs to")
	return wrong
}
