package advice

import (
	"slices"
	"strings"
)

// otherHeaders are those of a request that never name an application.
var otherHeaders = []string{
	"accept", "authorization", "connection", "content-length", "content-type", "cookie", "forwarded",
	"host", "idempotency-key", "origin", "user-agent", "x-forwarded-for",
}

// apps looks at which applications fit together.
func (l *linter) apps() {
	const all, open, login, standard = "apps.all", "apps.signup_allowed", "apps.login_allowed", "apps.default"
	apps := l.config.Apps
	if apps.Default != "" && len(apps.SignupAllowed) > 0 && !slices.Contains(apps.SignupAllowed, apps.Default) {
		l.add(finding{Medium, "default-app", about(standard, open), ""},
			"%s is %q, which is not in %s: a signup that names no application is refused with E004002: add it there, or choose another", standard, apps.Default, open)
	}
	if apps.Default != "" && !slices.Contains(apps.LoginAllowed, apps.Default) {
		l.add(finding{Low, "default-app", about(standard, login), ""},
			"%s is %q, which is not in %s: verify refuses whoever names no application: add it there, or choose another", standard, apps.Default, login)
	}
	for _, app := range apps.SignupAllowed {
		if !slices.Contains(apps.LoginAllowed, app) {
			l.add(finding{Low, "no-login", about(login, open), ""},
				"%s lacks %q: one can sign up through it, and not log in: add it, unless that is meant", login, app)
		}
	}
	for _, app := range apps.All {
		if !slices.Contains(apps.SignupAllowed, app) && !slices.Contains(apps.LoginAllowed, app) && len(apps.SignupAllowed) > 0 {
			l.add(finding{Low, "unused-app", about(all), ""},
				"%s has %q, through which one can neither sign up nor log in: remove it, unless accounts of it are all you need", all, app)
		}
	}
	const header = "apps.http_header"
	if slices.Contains(otherHeaders, strings.ToLower(apps.HTTPHeader)) {
		l.add(finding{Medium, "app-header", about(header), ""},
			"%s is %s, which says something else: requests without a current_app would be refused for it: choose a name of its own, or make it empty", header, apps.HTTPHeader)
	}
}

// environment looks for values that mean something else to the original.
func (l *linter) environment() {
	for _, s := range l.order {
		if text, ok := s.Value.(string); ok && s.Given() && strings.HasPrefix(text, "$") && !strings.HasPrefix(text, "$$") {
			l.add(finding{Medium, "environment", about(s.Path()), ""},
				"%s is %q, which is taken as it is: the original may take the value of that environment variable instead: write the value itself", s.Path(), text)
		}
	}
}
