package signup

import (
	"slices"
	"strings"
	"testing"
)

func TestCodesOfConfirmAndResend(t *testing.T) {
	t.Parallel()
	const unknown = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, s := range settingsOf(signupSwitches) {
		w := newWorld(t, s.lines()...)
		late := w.claim("late", "taken@example.com")
		taken := w.claim("taken", "taken@example.com")
		w.confirm(taken)
		for _, test := range []struct{ truth, token, app string }{
			{"E004001", late, "ERP"},
			{"E005006", unknown, "CRM"},
			{"E005007", taken, "CRM"},
			{"E002002", late, "CRM"},
		} {
			w.tells("confirm", ConfirmRequest{ConfirmToken: Secret(test.token), CurrentApp: test.app}, test.truth, s.told(test.truth))
		}
		for _, test := range []struct{ truth, username, email, app string }{
			{"E005006", "nobody", "nobody@example.com", "CRM"},
			{"E005007", "taken", "taken@example.com", "CRM"},
			{"E002001", "late", "other@example.com", "CRM"},
			{"E901001", "late", "taken@example.com", "CRM"}, // within the cooldown
		} {
			request := ResendRequest{Username: test.username, Email: test.email, CurrentApp: test.app}
			w.tells("resend", request, test.truth, "") // for any request
			request.CurrentApp = "ERP"
			w.tells("resend", request, "E004001", s.told("E004001"))
		}
		w.pass(24 * 60 * minute)
		w.tells("confirm", ConfirmRequest{ConfirmToken: Secret(late), CurrentApp: "CRM"}, "E005006", "E005006")
		if t.Failed() {
			t.Fatalf("with %v", s)
		}
	}
}

// Super-users see every code.
func TestCodesOfDecisions(t *testing.T) {
	t.Parallel()
	for _, s := range settingsOf(signupSwitches) {
		w := newWorld(t, s.lines()...)
		id := w.live("pending")
		for _, operation := range []string{"approve", "reject", "lock", "unlock"} {
			w.tells(operation, ApprovalRequest{UserID: "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", caller: caller{superUser: true}}, "E001100", "E001100")
			w.tells(operation, ApprovalRequest{UserID: id + "x"}, "E005005", "E005005")
		}
		if t.Failed() {
			t.Fatalf("with %v", s)
		}
	}
}

var verifySwitches = []string{
	"apps.inform_if_app_invalid", "login.inform_if_locked", "login.inform_if_not_confirmed", "login.inform_if_not_approved",
	"password.inform_if_expired", "password.inform_if_must_be_changed", "password.inform_if_about_to_expire",
}

// account is the state of an account, with everything that verify checks.
type account struct {
	name       string
	locked     bool
	life       string // pending, confirmed or approved
	mustChange bool
}

// accounts creates one of every state.
func (w *world) accounts() []account {
	w.t.Helper()
	var all []account
	for _, locked := range []bool{false, true} {
		for _, life := range []string{"pending", "confirmed", "approved"} {
			for _, must := range []bool{false, true} {
				a := account{"user" + string(rune('a'+len(all))), locked, life, must}
				all = append(all, a)
				token := w.claim(a.name, a.name+"@example.com")
				id := w.mustRun("get", GetRequest{Username: a.name}).User.UserID
				if life != "pending" {
					w.confirm(token)
				}
				if life == "approved" {
					w.mustRun("approve", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
				}
				w.mustRun("unlock", mustChange(id, must))
				if locked {
					w.mustRun("lock", locking(id))
				}
			}
		}
	}
	return all
}

// passwordAge is the age of a password in days, and its name.
type passwordAge struct {
	days int64
	is   string // fresh, ageing or old
}

var passwordAges = []passwordAge{{6, "fresh"}, {7, "ageing"}, {10, "old"}}

// truthOf returns the code that keeps an account from logging in, in the order
// of the original's login.
func (a account) truthOf(appAllowed bool, age string, ageingLogsIn bool) string {
	switch {
	case !appAllowed:
		return "E004001"
	case a.locked:
		return "E005002"
	case a.life == "pending":
		return "E005003"
	case a.life == "confirmed":
		return "E005004"
	case age == "old":
		return "E003004"
	case a.mustChange:
		return "E003007"
	case age == "ageing" && !ageingLogsIn:
		return "E003006"
	case age == "ageing":
		return "W003005"
	}
	return ""
}

// Every combination of the settings with every state of an account.
func TestCodesOfVerify(t *testing.T) {
	t.Parallel()
	base := []string{"enrol.confirm_within=525600", "password.expiry=10", "password.about_to_expire_threshold=3", "apps.login_allowed=CRM",
		"enrol.verify_slow_after=0", "enrol.verify_stop_after=0"}
	w := newWorld(t, base...)
	accounts := w.accounts()
	for _, ageingLogsIn := range []bool{true, false} {
		if !ageingLogsIn {
			base = append(base, "password.log_in_if_about_to_expire=False")
		}
		for _, s := range settingsOf(verifySwitches) {
			w.engine = New(configured(t, s.lines(slices.Clone(base)...)...), w.engine.keys)
			for _, age := range passwordAges {
				w.Clock.Set(startTime + age.days*dayMS)
				for _, a := range accounts {
					for app, allowed := range map[string]bool{"CRM": true, "Wiki": false} {
						request := login(a.name, "", goodPassword)
						request.CurrentApp = app
						truth := a.truthOf(allowed, age.is, ageingLogsIn)
						told := s.told(truth)
						if strings.HasPrefix(truth, "W") {
							told = strings.TrimSuffix(told, "E005001") // a hidden warning is omitted
						}
						w.tells("verify", request, truth, told)
						if t.Failed() {
							t.Fatalf("%+v, a password that is %s, %s, with %v", a, age.is, app, s)
						}
					}
				}
			}
			w.tells("verify", login(accounts[len(accounts)-1].name, "", "wrong"), "E005001", "E005001")
			w.tells("verify", login("nobody", "", goodPassword), "E005001", "E005001")
		}
	}
}
