package signup

import "testing"

// Of everything that keeps an account from logging in, the first is told, in
// the order of the original.
func TestVerifyLooksInTheOrderOfTheOriginal(t *testing.T) {
	t.Parallel()
	const day = 24 * 60 * minute
	w := newWorld(t, "login.inform_if_locked=True", "login.inform_if_not_confirmed=True", "login.inform_if_not_approved=True",
		"password.inform_if_expired=True", "password.inform_if_about_to_expire=True", "password.inform_if_must_be_changed=True")
	token := w.claim("ada", "ada@example.com")
	id := w.mustRun("get", GetRequest{Username: "ada"}).User.UserID
	must, mustNot := true, false
	w.mustRun("unlock", LockRequest{UserID: id, SuperUser: true, PasswordMustChange: &must})
	w.mustRun("lock", LockRequest{UserID: id, SuperUser: true})
	request := login("ada", "", goodPassword)
	for _, step := range []struct {
		app  string
		want string
		then func() // takes away what was told
	}{
		{"Wiki", "E004001", func() {}},
		{"CRM", "E005002", func() { w.mustRun("unlock", LockRequest{UserID: id, SuperUser: true}) }},
		{"CRM", "E005003", func() { w.confirm(token); w.now += 730 * day }},
		{"CRM", "E005004", func() { w.mustRun("approve", ApprovalRequest{UserID: id, SuperUser: true}) }},
		{"CRM", "E003004", func() { w.now -= day }},
		{"CRM", "E003007", func() { w.mustRun("unlock", LockRequest{UserID: id, SuperUser: true, PasswordMustChange: &mustNot}) }},
		{"CRM", "W003005", func() { w.now -= 100 * day }},
		{"CRM", "", func() {}},
	} {
		request.CurrentApp = step.app
		if r := w.run("verify", request); r.codes() != step.want {
			t.Fatalf("got %s, want %q", r.text, step.want)
		}
		wrong := request
		wrong.Password = "wrong"
		if r := w.run("verify", wrong); r.codes() != "E005001" {
			t.Errorf("with a wrong password, where %q is to be told with the right one: %s", step.want, r.text)
		}
		step.then()
	}
}
