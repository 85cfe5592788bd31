package ssoconf

import (
	"slices"
	"strconv"
)

// warnOfNoLogin warns of settings under which no account can log in, from the
// start or after some time. It warns only if people can sign up at all.
func (r *reader) warnOfNoLogin() {
	if !r.sound("apps.signup_allowed") || len(r.config.Apps.SignupAllowed) == 0 {
		return
	}
	r.warnOfApproval()
	r.warnOfClosedLogin()
	r.warnOfExpiredPasswords()
}

// warnOfApproval warns if approval is on by default. A file that sets the key
// means it.
func (r *reader) warnOfApproval() {
	const path = "signup.is_approval_needed"
	if _, given := r.given[path]; !given {
		r.warnAt(path+" is True by default, so nobody can log in before a super-user approves the account: set it to False, or to True and approve each account", path)
	}
}

// warnOfClosedLogin warns of applications through which nobody can log in.
func (r *reader) warnOfClosedLogin() {
	const login, bind = "apps.login_allowed", "enrol.bind_apps"
	apps := r.config.Apps
	switch {
	case !r.sound(login, bind):
	case len(apps.LoginAllowed) == 0:
		r.warnAt(login+" is empty, so nobody can log in: list the applications that accept logins", login)
	case r.config.Enrol.BindApps && !slices.ContainsFunc(apps.SignupAllowed, func(app string) bool { return slices.Contains(apps.LoginAllowed, app) }):
		r.warnAt(login+" and apps.signup_allowed have no application in common, so with "+bind+"=True nobody who signs up can log in: add an application to both", login, "apps.signup_allowed")
	}
}

// warnOfExpiredPasswords warns of passwords that expire, because no operation
// changes one, and so no login is possible from then on.
func (r *reader) warnOfExpiredPasswords() {
	const expiry, threshold, logIn = "password.expiry", "password.about_to_expire_threshold", "password.log_in_if_about_to_expire"
	p := r.config.Password
	if !r.sound(expiry, threshold, logIn) || p.Expiry == 0 {
		return
	}
	byDefault := ""
	if _, given := r.given[expiry]; !given {
		byDefault = " by default"
	}
	lasts := p.Expiry
	if !p.LogInIfAboutToExpire {
		lasts = max(0, lasts-p.AboutToExpireThreshold)
	}
	r.warnAt(expiry+" is "+strconv.Itoa(p.Expiry)+byDefault+", and no operation changes a password, so no account can log in from day "+
		strconv.Itoa(lasts)+" after its sign-up: set it to 0", expiry)
}
