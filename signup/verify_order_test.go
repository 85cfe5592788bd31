package signup

import "testing"

// Of everything that keeps an account from logging in, the first is reported,
// in the order of the original.
func TestVerifyChecksInTheOrderOfTheOriginal(t *testing.T) {
	t.Parallel()
	const day = 24 * 60 * minute
	w := newWorld(t, "enrol.bind_apps=True", "apps.signup_allowed=CRM, Wiki", "apps.login_allowed=CRM, HR", "login.inform_if_locked=True", "login.inform_if_not_confirmed=True", "login.inform_if_not_approved=True",
		"password.inform_if_expired=True", "password.inform_if_about_to_expire=True", "password.inform_if_must_be_changed=True")
	token := w.claim("ada", "ada@example.com")
	id := w.mustRun("get", GetRequest{Username: "ada"}).User.UserID
	must, mustNot := true, false
	w.mustRun("unlock", LockRequest{UserID: id, caller: caller{superUser: true}, PasswordMustChange: &must})
	w.mustRun("lock", LockRequest{UserID: id, caller: caller{superUser: true}})
	request := login("ada", "", goodPassword)
	for _, step := range []struct {
		app  string
		want string
		then func() // removes what was reported
	}{
		{"HR", "E004001", func() {}},
		{"CRM", "E005002", func() { w.mustRun("unlock", LockRequest{UserID: id, caller: caller{superUser: true}}) }},
		{"CRM", "E005003", func() { w.confirm(token); w.pass(730 * day) }},
		{"CRM", "E005004", func() { w.mustRun("approve", ApprovalRequest{UserID: id, caller: caller{superUser: true}}) }},
		{"CRM", "E003004", func() { w.pass(-day) }},
		{"CRM", "E003007", func() {
			w.mustRun("unlock", LockRequest{UserID: id, caller: caller{superUser: true}, PasswordMustChange: &mustNot})
		}},
		{"CRM", "W003005", func() { w.pass(-(100 * day)) }},
		{"CRM", "", func() {}},
	} {
		request.CurrentApp = step.app
		if r := w.run("verify", request); r.codes() != step.want {
			t.Fatalf("got %s, want %q", r.text, step.want)
		}
		wrong := request
		wrong.Password = "wrong"
		if r := w.run("verify", wrong); r.codes() != "E005001" {
			t.Errorf("with a wrong password, where %q is the answer to the right one: %s", step.want, r.text)
		}
		step.then()
	}
}
