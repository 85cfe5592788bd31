package page

import (
	"net/http"

	"github.com/enrol-sso/enrol/signup"
)

// showResend shows the form for another message.
func (h *handler) showResend(v *visit) { v.show(http.StatusOK, "resend", view{Key: newFormKey()}) }

// resend sends another message, if an account waits for one. The answer is the
// same if none does.
func (h *handler) resend(v *visit) {
	if !v.readForm("resend") {
		return
	}
	asked := signup.ResendRequest{
		Username:   v.field("username"),
		Email:      v.field("email"),
		CurrentApp: v.app,
		RemoteAddr: v.remoteAddr(),
	}
	var wrong []mistake
	for _, field := range []string{"email", "username"} {
		if v.field(field) == "" {
			wrong = append(wrong, mistake{field, v.text.texts[field+".missing"]})
		}
	}
	if len(wrong) == 0 {
		response, decided := v.run("resend", asked, nil)
		if !decided {
			return
		}
		if response.OK() {
			v.redirect("signup/sent")
			return
		}
		for _, code := range response.SubStatus {
			wrong = append(wrong, mistake{"", v.text.codeText(string(code))})
		}
	}
	v.show(http.StatusUnprocessableEntity, "resend", view{
		Key: newFormKey(), Username: asked.Username, Email: asked.Email, Errors: wrong,
	})
}
