package signup

import (
	"slices"
	"strconv"
)

// checkConfig compares values with each other. A key whose value was refused
// is not compared: what it should be is not known.
func (r *configReader) checkConfig() {
	r.takeEmailRequired()
	r.checkPassword()
	r.checkAppsListed("apps.signup_allowed", r.config.Apps.SignupAllowed)
	r.checkAppsListed("apps.login_allowed", r.config.Apps.LoginAllowed)
	if app := r.config.Apps.Default; app != "" {
		r.checkAppsListed("apps.default", []string{app})
	}
	r.warnOfClosedSignup()
	r.warnOfLocalRules()
	r.warnOfNoMessages()
}

// The two names of one key.
const (
	emailRequiredPath   = "signup.email_required"
	isEmailRequiredPath = "signup.is_email_required"
)

// takeEmailRequired takes over the old name of signup.is_email_required. The
// original creates files with both.
func (r *configReader) takeEmailRequired() {
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
		r.warnAt(path+" is an old name of is_email_required, which is given with another value: remove the old one, which has no effect", path)
	}
}

func (r *configReader) checkPassword() {
	const least, most = "password.min_length", "password.max_length"
	password := r.config.Password
	if r.sound(least, most) && password.MinLength > password.MaxLength {
		r.refuseAt(least+" is "+strconv.Itoa(password.MinLength)+", more than "+most+", which is "+
			strconv.Itoa(password.MaxLength)+": no password could be both", least, most)
	}
}

// checkAppsListed refuses applications that are not in apps.all.
func (r *configReader) checkAppsListed(path string, apps []string) {
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
			r.refuseAt(path+": "+quoteValue(app)+byDefault+" is not in "+all+": add it there, or set "+path+" to what is", path, all)
		}
	}
}

func (r *configReader) warnOfClosedSignup() {
	const path = "apps.signup_allowed"
	if r.sound(path) && len(r.config.Apps.SignupAllowed) == 0 {
		r.warnAt(path+" is empty, so nobody can sign up: list the applications that one may sign up through", path)
	}
}

func (r *configReader) warnOfLocalRules() {
	const path = "user_validation.service"
	listed := r.config.UserValidation.Service
	if r.sound(path) && !slices.Contains(listed, ValidateService) && !slices.Contains(listed, ValidateServiceOld) {
		r.warnAt(path+" does not list "+ValidateService+", whose rules apply all the same: add it", path)
	}
}

func (r *configReader) warnOfNoMessages() {
	const service, smtp = "main.email_service", "main.smtp_conn"
	const confirm, welcome = "signup.email_confirm_enabled", "signup.email_welcome_enabled"
	if !r.sound(service, smtp, confirm, welcome) || r.config.Main.EmailService != "" || r.config.Main.SMTPConn != "" {
		return
	}
	if r.config.Signup.Confirm.Enabled || r.config.Signup.Welcome.Enabled {
		r.warnAt("neither "+service+" nor "+smtp+" is set, so no message is written: set one, or set "+
			confirm+" and "+welcome+" to False", service, smtp, confirm, welcome)
	}
}

// sound says whether none of these keys has a value that was refused.
func (r *configReader) sound(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool { return r.given[path].bad })
}

// refuseAt records an error at the value of the first of these keys that is
// given.
func (r *configReader) refuseAt(message string, paths ...string) {
	line, column := r.place(paths)
	r.errors = append(r.errors, Notice{line, column, message})
}

// warnAt does the same with a warning.
func (r *configReader) warnAt(message string, paths ...string) {
	line, column := r.place(paths)
	r.warn(line, column, message)
}

// place is where the first of these keys that is given has its value, or 0, 0.
func (r *configReader) place(paths []string) (line, column int) {
	for _, path := range paths {
		if key, given := r.given[path]; given {
			return key.value.Line, key.value.Column
		}
	}
	return 0, 0
}
