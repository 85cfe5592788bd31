package ssoconf

import (
	"slices"
	"strconv"
)

// checkConfig checks values against each other. It skips a key whose value was
// refused: the value that was meant is unknown.
func (r *reader) checkConfig() {
	r.takeEmailRequired()
	r.checkPassword()
	r.checkAppsListed("apps.signup_allowed", r.config.Apps.SignupAllowed, r.warnAt)
	r.checkAppsListed("apps.login_allowed", r.config.Apps.LoginAllowed, r.warnAt)
	if app := r.config.Apps.Default; app != "" {
		r.checkAppsListed("apps.default", []string{app}, r.refuseAt)
	}
	r.checkPlainHTTP()
	r.warnOfClosedSignup()
	r.warnOfLocalRules()
	r.warnOfNoMessages()
	r.warnOfNoLogin()
	r.warnOfUnusedServices()
	r.warnOfUnusedPages()
}

// The old and the new name of one key.
const (
	emailRequiredPath   = "signup.email_required"
	isEmailRequiredPath = "signup.is_email_required"
)

// takeEmailRequired reads the old name of signup.is_email_required. The
// original creates files with both.
func (r *reader) takeEmailRequired() {
	const path, newPath = emailRequiredPath, isEmailRequiredPath
	_, old := r.given[path]
	if !old || !r.sound(path, newPath) {
		return
	}
	if _, both := r.given[newPath]; !both {
		r.config.Signup.IsEmailRequired = r.emailRequired
		return
	}
	if r.emailRequired != r.config.Signup.IsEmailRequired {
		r.warnAt(path+" is the old name of is_email_required, which has another value here: remove the old name, it has no effect", path)
	}
}

func (r *reader) checkPassword() {
	const least, most = "password.min_length", "password.max_length"
	password := r.config.Password
	if _, given := r.given[least]; given && r.sound(least) && password.MinLength == 0 {
		r.warnAt(least+" is 0, which allows every password except the empty one: set it to 15, or to 8 or more with a second factor", least)
	}
	if r.sound(least, most) && password.MinLength > password.MaxLength {
		r.refuseAt(least+" is "+strconv.Itoa(password.MinLength)+", more than "+most+", which is "+
			strconv.Itoa(password.MaxLength)+": no password can meet both", least, most)
	}
}

// checkAppsListed reports applications that are not in apps.all. In
// signup_allowed and login_allowed such an entry is a warning, because the
// original starts with it: nobody can sign up through it, and only accounts
// that exist can log in through it.
func (r *reader) checkAppsListed(path string, apps []string, tell func(message string, paths ...string)) {
	const all = "apps.all"
	if !r.sound(path, all) {
		return
	}
	byDefault := ""
	if _, given := r.given[path]; !given {
		byDefault = ", its default,"
	}
	for _, app := range apps {
		if !slices.Contains(r.config.Apps.All, app) {
			tell(path+": "+quoteValue(app)+byDefault+" is not in "+all+": add it there, or change "+path, path, all)
		}
	}
}

func (r *reader) warnOfClosedSignup() {
	const path = "apps.signup_allowed"
	if r.sound(path) && len(r.config.Apps.SignupAllowed) == 0 {
		r.warnAt(path+" is empty, so nobody can sign up: list the applications that accept sign-ups", path)
	}
}

func (r *reader) warnOfLocalRules() {
	const path = "user_validation.service"
	listed := r.config.UserValidation.Service
	if r.sound(path) && !slices.Contains(listed, ValidateService) && !slices.Contains(listed, ValidateServiceOld) {
		r.warnAt(path+" does not list "+ValidateService+", whose rules apply anyway: add it", path)
	}
}

func (r *reader) warnOfNoMessages() {
	const service, smtp = "main.email_service", "main.smtp_conn"
	const confirm, welcome = "signup.email_confirm_enabled", "signup.email_welcome_enabled"
	if !r.sound(service, smtp, confirm, welcome) || r.config.Main.EmailService != "" || r.config.Main.SMTPConn != "" {
		return
	}
	if r.config.Signup.Confirm.Enabled || r.config.Signup.Welcome.Enabled {
		r.warnAt("neither "+service+" nor "+smtp+" is set, so no message is sent: set one, or set "+
			confirm+" and "+welcome+" to False", service, smtp, confirm, welcome)
	}
}

// sound reports whether none of these keys has an invalid value.
func (r *reader) sound(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool { return r.given[path].bad })
}

// refuseAt records an error at the value of the first of these keys that the
// file has.
func (r *reader) refuseAt(message string, paths ...string) {
	line, column := r.place(paths)
	r.errors = append(r.errors, Notice{line, column, message})
}

// warnAt records a warning at the same place.
func (r *reader) warnAt(message string, paths ...string) {
	line, column := r.place(paths)
	r.warn(line, column, message)
}

// place returns where the first of these keys that the file has has its value,
// or 0, 0.
func (r *reader) place(paths []string) (line, column int) {
	for _, path := range paths {
		if key, given := r.given[path]; given {
			return key.value.Line, key.value.Column
		}
	}
	return 0, 0
}
