package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

const mayBeEmail = "enrol.username_may_be_email=True"

func TestUsernamesMayBeAddresses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ setting, username, email, want string }{
		{mayBeEmail, "ada@example.com", "ada@example.com", "ok"},
		{mayBeEmail, "ada@example.com", "ADA@EXAMPLE.COM", "ok"}, // equal as addresses
		{mayBeEmail, "ada@bücher.example", "ada@xn--bcher-kva.example", "ok"},
		{mayBeEmail, "ada@example.com", "", "ok"}, // the email is the username
		{mayBeEmail, "ada", "ada@example.com", "ok"},
		{mayBeEmail, "ada@example.com", "eve@example.com", "E001001"}, // somebody else's
		{mayBeEmail, "ada@", "ada@example.com", "E001001"},
		{mayBeEmail, "ada＠example.com", "ada@example.com", "E001001"},
		{mayBeEmail, "admin@example.com", "admin@example.com", "E001001"}, // a keyword
		{mayBeEmail, strings.Repeat("a", 60) + "@" + strings.Repeat("example.", 10) + "com", "", "E001003"},
		{"enrol.username_may_be_email=False", "ada@example.com", "ada@example.com", "E001001"},
	} {
		w := newWorld(t, test.setting, "signup.inform_if_user_invalid=True", "signup.inform_if_email_invalid=False")
		r := w.run("signup", ask(test.username, test.email))
		got := "ok"
		if !r.OK() {
			got = string(r.SubStatus[0])
		}
		if got != test.want {
			t.Errorf("%s: %q with %q is answered %s", test.setting, test.username, test.email, r.text)
		}
		w.checkInvariants()
		w.checkFindings()
	}
}

// Many claims wait for one such name. The first one that confirms owns it.
func TestNobodyReservesAnAddressAsUsername(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mayBeEmail, "signup.is_approval_needed=False", "enrol.confirm_requires_password=True")
	signsUp := func(username, password string) string {
		request := ask(username, "")
		request.Password = Secret(password)
		return w.mustRun("signup", request).ConfirmToken
	}
	signsUp("ada@example.com", "chosen by a stranger")
	signsUp("ADA@example.com", "chosen by another one")
	token := signsUp("Ada@example.com", "chosen by the owner")
	w.checkFindings()
	if r := w.run("verify", login("ada@example.com", "", "chosen by a stranger")); r.OK() || r.SubStatus[0] != NotAllowed {
		t.Errorf("before anybody confirms, verify answers %s", r.text)
	}
	id := w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(token), Password: "chosen by the owner", CurrentApp: "CRM"}).UserID
	w.checkFindings()
	if r := w.mustRun("verify", login("ADA@example.com", "", "chosen by the owner")); r.User.UserID != id || r.User.Username != "Ada@example.com" {
		t.Errorf("verify by the name answers %s", r.text)
	}
	if r := w.run("verify", login("ada@example.com", "", "chosen by a stranger")); r.OK() {
		t.Errorf("a stranger's password is answered %s", r.text)
	}
	w.mustRun("verify", login("", "ada@example.com", "chosen by the owner"))
	if r := w.mustRun("get", GetRequest{Username: "ada@EXAMPLE.com"}); r.User.UserID != id {
		t.Errorf("get answers %s", r.text)
	}
	if r := w.run("get", GetRequest{Username: "eve@example.com"}); r.OK() {
		t.Errorf("get of an unknown account answers %s", r.text)
	}
	w.pass(2 * 24 * 60 * minute)
	w.purgeAll()
	w.checkFindings()
	if got := len(w.list(record.UserPrefix)); got != 1 {
		t.Errorf("%d accounts are left", got)
	}
}

// A claim for an address that has an owner, and a resend for such a name, look
// like those without an owner.
func TestAddressAsUsernameRevealsNothing(t *testing.T) {
	t.Parallel()
	var seen [2]string
	for i, victim := range []bool{false, true} {
		s := newStranger(t, victim, mayBeEmail)
		s.Forget()
		signup := s.asks("signup", ask(victimAddress, victimAddress))
		verify := s.asks("verify", login(victimAddress, "", goodPassword))
		resend := s.asks("resend", ResendRequest{Username: victimAddress, Email: victimAddress, CurrentApp: "CRM"})
		seen[i] = strings.Join([]string{signup, verify, resend, s.kinds()}, "\n")
		s.checkFindings()
	}
	if seen[0] != seen[1] {
		t.Errorf("without the account:\n%s\nwith it:\n%s", seen[0], seen[1])
	}
}
