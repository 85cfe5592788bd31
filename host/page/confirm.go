package page

import (
	"net/http"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// showConfirm shows the form for a code. A link has the code after its #, which
// browsers do not send: the script of the page takes it from there, and without a
// script the user enters it.
func (h *handler) showConfirm(v *visit) {
	v.show(http.StatusOK, "confirm", view{Key: newFormKey()})
}

// showConfirmed welcomes.
func (h *handler) showConfirmed(v *visit) { v.show(http.StatusOK, "confirmed", view{}) }

// confirm activates the account of a code.
func (h *handler) confirm(v *visit) {
	if !v.readForm("confirm") {
		return
	}
	asked := signup.ConfirmRequest{
		ConfirmToken: signup.Secret(strings.TrimSpace(v.field("token"))),
		Password:     signup.Secret(v.field("password")),
		CurrentApp:   v.app,
	}
	needed := h.engine.Config().Enrol.ConfirmRequiresPassword
	if !needed {
		asked.Password = ""
	}
	var wrong []mistake
	if asked.ConfirmToken == "" {
		wrong = append(wrong, mistake{"token", v.text.texts["token.missing"]})
	}
	if needed && asked.Password == "" {
		wrong = append(wrong, mistake{"password", v.text.texts["password.missing"]})
	}
	if len(wrong) > 0 {
		v.show(http.StatusUnprocessableEntity, "confirm", view{Key: newFormKey(), Errors: wrong})
		return
	}
	response, decided := v.run("confirm", asked, func(key string) request {
		asked.RemoteAddr, asked.IdempotencyKey = v.remoteAddr(), key
		return asked
	})
	switch {
	case !decided:
	case response.OK():
		v.redirect("confirmed")
	default:
		v.show(http.StatusUnprocessableEntity, "confirm", view{Key: newFormKey(), Errors: v.unconfirmed(response)})
	}
}

// unconfirmed says why a code does not confirm. Used, expired and unknown codes get
// the same answer.
func (v *visit) unconfirmed(response signup.Response) []mistake {
	about := func(code signup.Code) bool { return slices.Contains(response.SubStatus, code) }
	switch {
	case about(signup.NoSuchSignupToken), about(signup.SignupConfirmed), about(signup.InvalidInput):
		return []mistake{{"token", v.text.texts["token.refused"]}}
	case v.h.engine.Config().Enrol.ConfirmRequiresPassword && about(signup.NotAllowed):
		return []mistake{{"password", v.text.codeText(string(signup.NotAllowed))}}
	}
	var all []mistake
	for _, code := range response.SubStatus {
		all = append(all, mistake{"", v.text.codeText(string(code))})
	}
	return all
}
