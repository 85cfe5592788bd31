package signup

import "slices"

// checkApps finds out which application makes the call and which one is signed
// up through, and checks them and those signed up to against [apps].
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
	return ""
}
