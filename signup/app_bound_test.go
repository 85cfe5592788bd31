package signup

import (
	"fmt"
	"testing"
)

// Calls that enrol.bind_apps forbids, and that are allowed without it.
func TestBoundApplications(t *testing.T) {
	t.Parallel()
	for _, bound := range []bool{false, true} {
		settings := []string{fmt.Sprintf("enrol.bind_apps=%v", bound), "apps.login_allowed=CRM, HR, Wiki", "signup.is_approval_needed=False",
			"enrol.resend_cooldown=0", "login.inform_if_not_confirmed=True"}
		unlessBound := func(otherwise, code string) string {
			if bound {
				return code
			}
			return otherwise
		}
		w := newWorld(t, settings...)
		check := func(what, want string, r reply) {
			t.Helper()
			if r.codes() != want {
				t.Errorf("bound %v: %s answers %s, want %q", bound, what, r.text, want)
			}
		}
		request := ask("ada", "ada@example.com")
		request.AppList = []string{"HR", "Wiki"} // nobody signs up to Wiki
		check("validate", unlessBound("", "E004002"), w.run("validate", request))
		check("signup", unlessBound("", "E004002"), w.run("signup", request))

		request = ask("eve", "eve@example.com") // signs up through CRM to HR
		request.AppList = []string{"HR"}
		token := w.mustRun("signup", request).ConfirmToken
		w.drainNow()
		w.calls = nil
		for _, app := range []string{"Wiki", "HR", "CRM"} {
			w.pass(1)
			verify := login("eve", "", goodPassword)
			verify.CurrentApp = app
			want := "E005003"
			if app == "Wiki" {
				want = unlessBound(want, "E004001")
			}
			check("verify of a claim through "+app, want, w.run("verify", verify))
			verify.Password = "wrong"
			check("verify with a wrong password through "+app, "E005001", w.run("verify", verify))

			check("resend", "", w.run("resend", ResendRequest{Username: "eve", Email: "eve@example.com", CurrentApp: app}))
			w.drainNow()
			if sent := len(w.tokensSent()); (sent == 1) != (!bound || app == "CRM") {
				t.Errorf("bound %v: through %s %d tokens are sent", bound, app, sent)
			}
			w.calls = nil
		}
		for _, step := range []struct{ app, want string }{
			{"Wiki", unlessBound("", "E005006")},
			{"HR", unlessBound("E005007", "E005006")},
			{"CRM", unlessBound("E005007", "")},
			{"HR", unlessBound("E005007", "E005006")},
		} {
			check("confirm through "+step.app, step.want, w.run("confirm", ConfirmRequest{ConfirmToken: Secret(token), CurrentApp: step.app}))
		}
		for app, want := range map[string]string{"CRM": "", "HR": "", "Wiki": unlessBound("", "E004001")} {
			verify := login("eve", "", goodPassword)
			verify.CurrentApp = app
			check("verify through "+app, want, w.run("verify", verify))
		}
		w.checkInvariants()
	}
}
