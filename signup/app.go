package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// checkApps determines the application that makes the call and the one to sign
// up through, and checks them and appList against [apps].
func (e *Engine) checkApps(currentApp, signupApp string, appList []string) (current, through string, code Code) {
	if currentApp == "" {
		currentApp = e.config.Apps.Default
	}
	if signupApp == "" {
		signupApp = currentApp
	}
	if code := e.checkCurrentApp(currentApp); code != "" {
		return "", "", code
	}
	if code := e.checkSignupApp(signupApp); code != "" {
		return "", "", code
	}
	return currentApp, signupApp, e.checkAppList(appList)
}

func (e *Engine) checkCurrentApp(app string) Code {
	if app == "" || !slices.Contains(e.config.Apps.All, app) {
		return AppListInvalid
	}
	return ""
}

func (e *Engine) checkSignupApp(app string) Code {
	if code := e.checkCurrentApp(app); code != "" {
		return code
	}
	if !slices.Contains(e.config.Apps.SignupAllowed, app) {
		return AppListNoSignup
	}
	return ""
}

func (e *Engine) checkAppList(list []string) Code {
	for i, app := range list {
		if slices.Contains(list[:i], app) {
			return AppListInvalid
		}
		if code := e.checkCurrentApp(app); code != "" {
			return code
		}
	}
	for _, app := range list {
		if e.config.Enrol.BindApps && !slices.Contains(e.config.Apps.SignupAllowed, app) {
			return AppListNoSignup
		}
	}
	return ""
}

// mayLogIn reports whether an account may log in through the application that
// makes the call. With enrol.bind_apps, only its own applications may.
func (r *run) mayLogIn(user *record.User) bool {
	return !r.config.Enrol.BindApps || user.CurrentApp == r.currentApp || slices.Contains(user.AppList, r.currentApp)
}

// mayConfirm reports whether the token of an account may be used through the
// application that makes the call. With enrol.bind_apps, only the application
// that the account signed up through may.
func (r *run) mayConfirm(user *record.User) bool {
	return !r.config.Enrol.BindApps || user.CurrentApp == r.currentApp
}
