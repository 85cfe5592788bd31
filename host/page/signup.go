package page

import (
	"net/http"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// showSignup shows the form.
func (h *handler) showSignup(v *visit) {
	if !slices.Contains(h.engine.Config().Apps.SignupAllowed, v.app) {
		v.failWith(http.StatusForbidden, v.text.codeText(string(signup.AppListNoSignup)))
		return
	}
	if !v.savesData() {
		prepareModule()
	}
	v.show(http.StatusOK, "signup", view{Key: newFormKey()})
}

// showSent says what to do after a sign-up, or after another message.
func (h *handler) showSent(v *visit) { v.show(http.StatusOK, "sent", view{}) }

// signup signs somebody up, to the application of the page alone. What follows is
// the same for everybody: a new name, a taken name and a taken address.
func (h *handler) signup(v *visit) {
	if !v.readForm("signup") {
		return
	}
	asked := signup.SignupRequest{
		Username:   v.field("username"),
		Password:   signup.Secret(v.field("password")),
		Email:      v.field("email"),
		AppList:    []string{v.app},
		CurrentApp: v.app,
		Attrs:      map[string]string{"locale": v.text.language},
	}
	response, decided := v.run("signup", asked, func(key string) request {
		asked.RemoteAddr, asked.IdempotencyKey = v.remoteAddr(), key
		return asked
	})
	switch {
	case !decided:
	case response.OK():
		v.redirect("signup/sent")
	default:
		v.show(http.StatusUnprocessableEntity, "signup", view{
			Key:      newFormKey(),
			Username: asked.Username,
			Email:    asked.Email,
			Errors:   v.mistakes(v.rulesBroken(asked, response)),
		})
	}
}

// rulesBroken returns the codes of a refusal, with those that the settings hide
// from callers of signup: validate looks nothing up, so that it hides nothing.
func (v *visit) rulesBroken(asked signup.SignupRequest, refusal signup.Response) []signup.Code {
	if !slices.Contains(refusal.SubStatus, signup.NotAllowed) {
		return refusal.SubStatus
	}
	asked.IdempotencyKey, asked.RemoteAddr = "", nil
	data, err := asked.JSON()
	if err != nil {
		return refusal.SubStatus
	}
	response, _ := v.h.engine.Run(v.r.Context(), "validate", data)
	codes := response.SubStatus
	if response.Fault != "" {
		return refusal.SubStatus
	}
	// A request cannot hold an address that is empty, so that validate checks none.
	config := v.h.engine.Config()
	if asked.Email == "" && config.Signup.IsEmailRequired && !(config.Enrol.UsernameMayBeEmail && strings.Contains(asked.Username, "@")) {
		codes = append(codes, signup.EmailMissing)
	}
	if len(codes) == 0 {
		return refusal.SubStatus
	}
	return codes
}

// fieldsOfCodes are the inputs by the digits of a code that say what it is about.
var fieldsOfCodes = map[string]string{"001": "username", "002": "email", "003": "password"}

// mistakes turns codes into texts, at the inputs that they are about. An input
// that is empty gets a text that says so.
func (v *visit) mistakes(codes []signup.Code) []mistake {
	var all []mistake
	for _, code := range codes {
		m := mistake{Text: v.text.codeText(string(code))}
		if len(code) == len("E000000") {
			m.Field = fieldsOfCodes[string(code[1:4])]
		}
		if m.Field != "" && v.field(m.Field) == "" {
			m.Text = v.text.texts[m.Field+".missing"]
		}
		all = append(all, m)
	}
	slices.SortStableFunc(all, func(a, b mistake) int { return orderOf(a.Field) - orderOf(b.Field) })
	return all
}

// orderOf is the place of an input in the forms.
func orderOf(field string) int {
	return slices.Index([]string{"", "email", "username", "password", "token"}, field)
}
