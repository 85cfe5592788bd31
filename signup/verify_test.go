package signup

import (
	"fmt"
	"strings"
	"testing"
)

// login returns a request of verify.
func login(username, email, password string) VerifyRequest {
	return VerifyRequest{Username: username, Email: email, Password: Secret(password), CurrentApp: "CRM"}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	const day = 24 * 60 * minute
	told := []string{
		"login.inform_if_not_confirmed=True", "login.inform_if_not_approved=True", "password.inform_if_expired=True",
		"password.inform_if_about_to_expire=True", "apps.login_allowed=CRM",
	}
	for _, test := range []struct {
		name    string
		changes []string
		life    string // pending, confirmed or approved
		after   int64
		request VerifyRequest
		want    string // the true codes
		hidden  string // the codes if they are hidden
	}{
		{"by name", nil, "approved", 0, login("ＡＤＡ", "", goodPassword), "", ""},
		{"by address", nil, "approved", 0, login("", "Ada@EXAMPLE.com", goodPassword), "", ""},
		{"wrong password", nil, "approved", 0, login("ada", "", "wrong"), "E005001", "E005001"},
		{"no such name", nil, "approved", 0, login("bob", "", goodPassword), "E005001", "E005001"},
		{"no such address", nil, "approved", 0, login("", "bob@example.com", goodPassword), "E005001", "E005001"},
		{"no name at all", nil, "approved", 0, login("a b", "", goodPassword), "E005001", "E005001"},
		{"no address at all", nil, "approved", 0, login("", "nobody", goodPassword), "E005001", "E005001"},
		{"a password that cannot be", nil, "approved", 0, login("ada", "", "a\u0007b"), "E005001", "E005001"},
		{"composed otherwise", nil, "approved", 0, login("ada", "", strings.Replace(goodPassword, " ", "\u3000", 1)), "", ""},
		{"not confirmed", nil, "pending", 0, login("ada", "", goodPassword), "E005003", "E005001"},
		{"not confirmed, wrong password", nil, "pending", 0, login("ada", "", "wrong"), "E005001", "E005001"},
		{"address not confirmed", nil, "pending", 0, login("", "ada@example.com", goodPassword), "E005001", "E005001"},
		{"expired claim", nil, "pending", day, login("ada", "", goodPassword), "E005001", "E005001"},
		{"not approved", nil, "confirmed", 0, login("ada", "", goodPassword), "E005004", "E005001"},
		{"application", nil, "approved", 0, VerifyRequest{Username: "ada", Password: goodPassword, CurrentApp: "Wiki"}, "E004001", "E004001"},
		{"password expired", nil, "approved", 730 * day, login("ada", "", goodPassword), "E003004", "E005001"},
		{"about to expire", nil, "approved", 700 * day, login("ada", "", goodPassword), "W003005", ""},
		{"not yet about to", nil, "approved", 700*day - 1, login("ada", "", goodPassword), "", ""},
		{"about to, an error", []string{"password.log_in_if_about_to_expire=False"}, "approved", 700 * day, login("ada", "", goodPassword), "E003006", "E005001"},
		{"never expires", []string{"password.expiry=0"}, "approved", 36500 * day, login("ada", "", goodPassword), "", ""},
	} {
		for _, switches := range [][]string{told, {"apps.login_allowed=CRM"}} {
			want := test.want
			if len(switches) == 1 {
				want = test.hidden
			}
			w := newWorld(t, append(switches, test.changes...)...)
			w.live(test.life)
			w.pass(test.after)
			w.audit = nil
			r := w.run("verify", test.request)
			if r.codes() != want || r.OK() != (want == "" || want[0] == 'W') {
				t.Errorf("%s: %s, want %q", test.name, r.text, want)
			}
			if r.OK() && (r.User.Username != "Ada" || strings.Contains(r.text, "argon2")) {
				t.Errorf("%s: %s", test.name, r.text)
			}
			switch {
			case test.name == "application":
				want = "now entropy audit"
			case r.OK():
				want = "now entropy get get kdf get audit"
			default:
				want = "now entropy get get kdf get commit audit"
			}
			if got := w.kinds(); got != want {
				t.Errorf("%s: effects %s, want %s", test.name, got, want)
			}
			if got := joinCodes(w.audit[0].Extra.SubStatus); got != test.want || w.audit[0].Op != auditVerify {
				t.Errorf("%s: audited %+v, want %q", test.name, w.audit[0], test.want)
			}
		}
	}
}

// live brings Ada's account to a point of its life.
func (w *world) live(point string) (id string) {
	w.t.Helper()
	token := w.claim("Ada", "Ada@example.com")
	if point == "pending" {
		return ""
	}
	id = w.confirm(token).UserID
	if point == "approved" {
		w.mustRun("approve", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
	}
	return id
}

// Reads have the same size for every name.
func TestVerifyReadsTheSameForAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.live("approved")
	for _, pair := range [][2]VerifyRequest{
		{login("ada", "", "x"), login("bob", "", "x")},
		{login("ada", "", "wrong"), login("a b", "", "wrong")},
		{login("", "ada@example.com", "x"), login("", "bob@example.com", "x")},
	} {
		var shapes [2]string
		for i, request := range pair {
			w.run("verify", request)
			for _, e := range w.Effects() {
				shapes[i] += fmt.Sprintf("%s %d %d;", e.Kind, len(e.Keys), e.Bytes)
			}
			shapes[i] += shape(w.Effects()[len(w.Effects())-2:])
		}
		if shapes[0] != shapes[1] {
			t.Errorf("%s\n%s", shapes[0], shapes[1])
		}
	}
}

// A hash keeps its parameters.
func TestVerifyAfterAChangeOfTheHash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Derive = DeriveKey
	w.live("approved")
	w.engine = New(configured(t, "enrol.password_hash=pbkdf2-sha512", "hash_secret.rounds=1000"), testKeys(t, "k1"))
	w.mustRun("verify", login("ada", "", goodPassword))
	if r := w.run("verify", login("ada", "", "wrong")); r.OK() {
		t.Error("a wrong password was verified")
	}
}

// A made-up application has no counter, and its refusal does not depend on the
// password.
func TestMadeUpApplicationsAreRefusedFirst(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"signup", "confirm", "resend", "verify"} {
		w := newWorld(t, "apps.login_allowed=CRM", "enrol.rate_"+operation+"=1")
		w.live("approved")
		before := w.dump()
		for n := range 5 {
			app := fmt.Sprint("x", n)
			var request any
			switch operation {
			case "signup":
				r := ask("bob", "bob@example.com")
				r.CurrentApp = app
				request = r
			case "confirm":
				request = ConfirmRequest{ConfirmToken: "x", CurrentApp: app, RemoteAddr: []string{"203.0.113.7"}}
			case "resend":
				request = ResendRequest{Username: "ada", Email: "ada@example.com", CurrentApp: app, RemoteAddr: []string{"203.0.113.7"}}
			case "verify":
				r := login("ada", "", []string{goodPassword, "wrong"}[n%2])
				r.CurrentApp, r.RemoteAddr = app, []string{"203.0.113.7"}
				request = r
			}
			if r := w.run(operation, request); r.codes() != "E004001" {
				t.Errorf("%s: %s", operation, r.text)
			}
			if kinds := w.kinds(); strings.Contains(kinds, "get") || strings.Contains(kinds, "kdf") {
				t.Errorf("%s: effects %s", operation, kinds)
			}
		}
		if after := w.dump(); len(after) != len(before) {
			t.Errorf("%s: there are %d records, and were %d", operation, len(after), len(before))
		}
	}
}
