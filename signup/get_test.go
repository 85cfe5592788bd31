package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

func TestGetShowsAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := ask("Ada", "Ada@Example.com")
	request.CurrentApp, request.SignupApp = "Wiki", "HR"
	request.FirstName, request.LastName = "Augusta  Ada", " Lovelace"
	request.Attrs = map[string]string{"locale": "en", "terms": "3 <&>"}
	token := w.mustRun("signup", request).ConfirmToken
	id := strings.TrimPrefix(w.list(record.UserPrefix)[0].Key, record.UserPrefix)
	pending := `"user":{"user_id":"` + id + `","username":"Ada","email":"Ada@Example.com","display_name":"Augusta Ada Lovelace",` +
		`"first_name":"Augusta  Ada","last_name":" Lovelace","attrs":{"locale":"en","terms":"3 <&>"},"current_app":"HR","app_list":["CRM","Wiki"],` +
		`"sign_up_status":"before_confirmation","sign_up_time":"2026-09-21T14:13:20Z","approval_status":"before_decision","is_approval_needed":true,` +
		`"password_last_set":"2026-09-21T14:13:20Z","password_expiry":"2028-09-20T14:13:20Z"}}`
	w.pass(minute)
	for _, request := range []GetRequest{{UserID: id}, {Username: "ada"}, {Username: "ＡＤＡ"}} {
		if r := w.mustRun("get", request); !strings.HasSuffix(r.text, pending) {
			t.Errorf("got  %s\nwant %s", r.text, pending)
		}
	}
	w.confirm(token)
	final := strings.Replace(pending, `"before_confirmation","sign_up_time":"2026-09-21T14:13:20Z"`, `"final","sign_up_time":"2026-09-21T14:13:20Z","sign_up_confirm_time":"2026-09-21T14:14:20Z"`, 1)
	if r := w.mustRun("get", GetRequest{UserID: id}); !strings.HasSuffix(r.text, final) {
		t.Errorf("got  %s\nwant %s", r.text, final)
	}
	w.mustRun("approve", ApprovalRequest{UserID: id, caller: caller{superUser: true, currentUser: decoyID}})
	approved := strings.Replace(final, `"before_decision"`, `"approved","approval_status_mod_time":"2026-09-21T14:14:20Z","approval_status_mod_by":"`+decoyID+`"`, 1)
	if r := w.mustRun("get", GetRequest{UserID: id}); !strings.HasSuffix(r.text, approved) {
		t.Errorf("got  %s\nwant %s", r.text, approved)
	}
}

// Times that are not set are not shown.
func TestGetOmitsUnsetTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "password.expiry=0")
	w.claim("ada", "ada@example.com")
	r := w.mustRun("get", GetRequest{Username: "ada"})
	for _, name := range []string{"sign_up_confirm_time", "approval_status_mod", "locked_time", "password_expiry"} {
		if strings.Contains(r.text, name) {
			t.Errorf("%s is in %s", name, r.text)
		}
	}
}

func TestGetOfUnknownAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	id := strings.TrimPrefix(w.list(record.UserPrefix)[0].Key, record.UserPrefix)
	for _, request := range []GetRequest{
		{UserID: record.NewID([]byte("someone else's id"))}, {UserID: strings.ToLower(id)}, {UserID: "../meta/keys"}, {UserID: id + "0"},
		{Username: "bob"}, {Username: "a b"}, {Username: "ada@example.com"}, {Username: strings.Repeat("a", 4000)},
	} {
		if r := w.run("get", request); r.codes() != "E001100" || strings.Contains(r.text, `"user"`) {
			t.Errorf("%+v answers %s", request, r.text)
		}
	}
	w.pass(1440 * minute)
	for _, request := range []GetRequest{{UserID: id}, {Username: "ada"}} {
		if r := w.run("get", request); r.codes() != "E001100" {
			t.Errorf("an expired claim: %s", r.text)
		}
	}
}

func TestGetTakesAnIDOrAName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if r := w.run("get", `{}`); r.codes() != "E008003" || r.Field != "user_id" {
		t.Errorf("neither: %s", r.text)
	}
	if r := w.run("get", `{"user_id":"x","username":"ada"}`); r.codes() != "E008002" || r.Field != "username" {
		t.Errorf("both: %s", r.text)
	}
}

func TestGetWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "ada@example.com")
	w.mustRun("get", GetRequest{Username: "ada"})
	if got, want := w.kinds(), "now entropy get get get"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
