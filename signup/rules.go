package signup

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// rules are the parts of the configuration that local rules use, in the form in
// which they are compared.
type rules struct {
	rejectUsername []string
	rejectEmail    []string
	rejectPassword []string
	rejectDomains  rejectedDomains
}

func newRules(config *ssoconf.Config) rules {
	rejected, emailKeywords := separateDomains(config.UserValidation.RejectEmail)
	return rules{
		rejectDomains:  rejected,
		rejectUsername: mapped(config.UserValidation.RejectUsername, identity.Fold),
		rejectEmail:    mapped(emailKeywords, identity.Fold),
		rejectPassword: mapped(config.Password.RejectList, foldPassword),
	}
}

func mapped(keywords []string, how func(string) string) []string {
	var list []string
	for _, keyword := range keywords {
		if keyword = how(keyword); keyword != "" {
			list = append(list, keyword)
		}
	}
	return list
}

// foldPassword returns a keyword in the form in which passwords are searched:
// normalized like a password and in lower case, as in the original. A keyword
// that no password can contain stays unchanged.
func foldPassword(keyword string) string {
	if normal, err := precis.OpaqueString(keyword); err == nil {
		keyword = normal
	}
	return strings.ToLower(keyword)
}

// containsAny reports whether a keyword is a substring of text.
func containsAny(text string, keywords []string) bool {
	for _, keyword := range keywords {
		if strings.Contains(text, keyword) {
			return true
		}
	}
	return false
}

// hasSpace reports whether text contains Unicode white space.
func hasSpace(text string) bool { return strings.ContainsFunc(text, unicode.IsSpace) }

// checked is a request that passed the local rules.
type checked struct {
	request    SignupRequest
	currentApp string // the application that makes the call
	signupApp  string // the application to sign up through
	username   string // as typed
	name       string // canonical, "" if the username is the address
	email      string // as typed, or ""
	address    string // canonical, or ""
	password   string // normalized
}

// unchecked returns a request before the local rules, for the services that are
// called before them.
func (r *run) unchecked(request SignupRequest) *checked {
	return &checked{
		request: request, username: request.Username, email: request.Email,
		currentApp: r.currentApp, signupApp: cmp.Or(request.SignupApp, r.currentApp),
	}
}

// check applies the local rules in the order app, username, e-mail, password,
// and returns the first failing code of each.
func (r *run) check(request SignupRequest) (*checked, []Code) {
	c := &checked{request: request, username: request.Username, email: request.Email}
	var codes []Code
	add := func(code Code) {
		if code != "" {
			codes = append(codes, code)
		}
	}
	var code Code
	c.currentApp, c.signupApp, code = r.checkApps(request.CurrentApp, request.SignupApp, request.AppList)
	add(code)
	c.name, code = r.checkUsername(request.Username, request.Email)
	add(code)
	c.address, code = r.checkEmail(request.Email)
	add(code)
	c.password, code = r.checkPassword(string(request.Password), r.circumstancesOf(request))
	add(code)
	return c, codes
}
