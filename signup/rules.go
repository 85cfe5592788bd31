package signup

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/precis"
)

// rules are the parts of the configuration that the local rules use, in the
// form in which they are compared.
type rules struct {
	rejectUsername []string
	rejectEmail    []string
	rejectPassword []string
}

func newRules(config *Config) rules {
	return rules{
		rejectUsername: mapped(config.UserValidation.RejectUsername, fold),
		rejectEmail:    mapped(config.UserValidation.RejectEmail, fold),
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

// fold is how keywords are looked for in names and addresses: in lower case,
// without differences of width or composition, final sigma as any other.
func fold(text string) string {
	return foldSigma(strings.ToLower(norm.NFKC.String(text)))
}

// foldPassword is how keywords are looked for in passwords: in the form that a
// password is normalised to, and in lower case only, as the original does. One
// that no password can hold is left as it is.
func foldPassword(keyword string) string {
	if normal, err := precis.OpaqueString(keyword); err == nil {
		keyword = normal
	}
	return strings.ToLower(keyword)
}

func foldSigma(text string) string { return strings.ReplaceAll(text, "ς", "σ") }

// containsAny says whether a keyword is a substring of text.
func containsAny(text string, keywords []string) bool {
	for _, keyword := range keywords {
		if strings.Contains(text, keyword) {
			return true
		}
	}
	return false
}

// hasSpace says whether text holds any Unicode white space.
func hasSpace(text string) bool { return strings.ContainsFunc(text, unicode.IsSpace) }

// checked is a request whose fields passed the local rules.
type checked struct {
	request    SignupRequest
	currentApp string // the application that makes the call
	signupApp  string // the application signed up through
	username   string // as typed
	name       string // canonical
	email      string // as typed, "" if there is none
	address    string // for comparison, "" if there is none
	password   string // normalised
}

// check applies the local rules, in the order app, username, e-mail, password,
// and returns the first failing code of each.
func (r *run) check(request SignupRequest) (*checked, []Code) {
	c := &checked{request: request, username: request.Ctx.Username, email: request.Ctx.Email}
	var codes []Code
	add := func(code Code) {
		if code != "" {
			codes = append(codes, code)
		}
	}
	var code Code
	c.currentApp, c.signupApp, code = r.checkApps(request.CurrentApp, request.Ctx.CurrentApp, request.Ctx.AppList)
	add(code)
	c.name, code = r.checkUsername(request.Ctx.Username)
	add(code)
	c.address, code = r.checkEmail(request.Ctx.Email)
	add(code)
	c.password, code = r.checkPassword(string(request.Ctx.Password), r.circumstancesOf(request))
	add(code)
	return c, codes
}
