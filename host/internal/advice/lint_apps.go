package advice

import (
	"slices"
	"strings"
)

// otherHeaders are request headers that never name an application.
var otherHeaders = []string{
	"accept", "authorization", "connection", "content-length", "content-type", "cookie", "forwarded",
	"host", "idempotency-key", "origin", "user-agent", "x-forwarded-for",
}

// apps checks the lists of applications against each other.
func (l *linter) apps() {
	const all, open, login, standard = "apps.all", "apps.signup_allowed", "apps.login_allowed", "apps.default"
	apps := l.config.Apps
	if apps.Default != "" && len(apps.SignupAllowed) > 0 && !slices.Contains(apps.SignupAllowed, apps.Default) {
		l.add(finding{Medium, "default-app", about(standard, open), ""},
			"%s is %q, which is not in %s: a signup without an application is refused with E004002: add it there, or choose another", standard, apps.Default, open)
	}
	if apps.Default != "" && !slices.Contains(apps.LoginAllowed, apps.Default) {
		l.add(finding{Low, "default-app", about(standard, login), ""},
			"%s is %q, which is not in %s: verify refuses requests without an application: add it there, or choose another", standard, apps.Default, login)
	}
	for _, app := range apps.SignupAllowed {
		if !slices.Contains(apps.LoginAllowed, app) {
			l.add(finding{Low, "no-login", about(login, open), ""},
				"%s lacks %q: users can sign up through it, but not log in: add it, unless that is intended", login, app)
		}
	}
	for _, app := range apps.All {
		if !slices.Contains(apps.SignupAllowed, app) && !slices.Contains(apps.LoginAllowed, app) && len(apps.SignupAllowed) > 0 {
			l.add(finding{Low, "unused-app", about(all), ""},
				"%s has %q, through which users can neither sign up nor log in: remove it, unless you only need its accounts", all, app)
		}
	}
	const bind = "enrol.bind_apps"
	if !l.config.Enrol.BindApps && len(apps.All) > 1 {
		l.add(finding{Medium, "bind-apps", about(bind), ""},
			"%s is False: an account logs in through every application of %s, whatever its app_list, and a token of one application confirms through another: set it to True", bind, login)
	}
	const header = "apps.http_header"
	if slices.Contains(otherHeaders, strings.ToLower(apps.HTTPHeader)) {
		l.add(finding{Medium, "app-header", about(header), ""},
			"%s is %s, which has another meaning: it would make requests without a current_app fail: choose another name, or make it empty", header, apps.HTTPHeader)
	}
}

// environment finds values with another meaning in the original.
func (l *linter) environment() {
	for _, s := range l.order {
		if text, ok := s.Value.(string); ok && s.Given() && strings.HasPrefix(text, "$") && !strings.HasPrefix(text, "$$") {
			l.add(finding{Medium, "environment", about(s.Path()), ""},
				"%s is %q, which is used literally: the original may use the value of that environment variable: write the value itself", s.Path(), text)
		}
	}
}
