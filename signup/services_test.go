package signup

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// verdicts sets the answer of each service; services without one accept.
func (w *world) verdicts(answers map[string]string) {
	w.Services = func(call ServiceCall) (string, error) {
		if answer, ok := answers[call.Service]; ok {
			return answer, nil
		}
		return `{"is_valid":true}`, nil
	}
}

func (w *world) called() string {
	var names []string
	for _, call := range w.calls {
		names = append(names, call.Service)
	}
	return strings.Join(names, " ")
}

func TestFirstRefusalOfAServiceEndsTheSignup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=zato.sso.user.validate, a, b, zato.sso.signup.validate, c")
	w.verdicts(map[string]string{"b": `{"is_valid":false,"sub_status":"E777001"}`})
	if r := w.run("signup", ask("ada", "ada@example.com")); r.codes() != "E777001" {
		t.Errorf("got %s", r.text)
	}
	if got := w.called(); got != "a b" {
		t.Errorf("called %s", got)
	}
	if got, want := w.kinds(), "now entropy audit get call call audit"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if e := w.audit[1]; e.Result != "error" || joinCodes(e.Extra.SubStatus) != "E777001" {
		t.Errorf("audited as %+v", e)
	}
	if len(w.list(record.UserPrefix)) != 0 {
		t.Error("there is an account")
	}
}

func TestVerdictsOfServices(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ answer, want string }{
		{`{"is_valid":true}`, ""},
		{`{"is_valid":true,"sub_status":"E777001"}`, ""},
		{` {"extra":[1,{"a":null}],"is_valid":true} `, ""},
		{`{"is_valid":true,"sub_status":null}`, ""},
		{`{"is_valid":false}`, "E005001"},
		{`{"is_valid":false,"sub_status":[]}`, "E005001"},
		{`{"is_valid":false,"sub_status":"W777001"}`, "W777001"},
		{`{"is_valid":false,"sub_status":["E777002","E777001"]}`, "E777002 E777001"},
		{`{"is_valid":false,"sub_status":["E005001","E777001"]}`, "E777001 E005001"},
		{`{"is_valid":false,"sub_status":["E001002","E777001"]}`, "E777001 E005001"}, // must stay hidden
		{`{"is_valid":false,"sub_status":"E003001"}`, "E003001"},
	} {
		w := newWorld(t, "user_validation.service=rules")
		w.verdicts(map[string]string{"rules": test.answer})
		if r := w.run("signup", ask("ada", "ada@example.com")); r.codes() != test.want || r.Fault != "" {
			t.Errorf("%s: got %s", test.answer, r.text)
		}
	}
}

func TestMalformedVerdictIsAFault(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"", "null", "true", "[]", "{}", `"is_valid"`, `{"is_valid":null}`, `{"is_valid":"true"}`, `{"is_valid":1}`, `{"is_valid":true`,
		`{"is_valid":true,"is_valid":true}`, `{"is_valid":false,"sub_status":5}`, `{"is_valid":false,"sub_status":[5]}`,
		`{"is_valid":false,"sub_status":"E77"}`, `{"is_valid":false,"sub_status":"E77700x"}`, `{"is_valid":false,"sub_status":"X777001"}`,
		`{"is_valid":false,"sub_status":["E777001","` + strings.Repeat("E", 8) + `"]}`,
		`{"is_valid":false,"sub_status":[` + strings.Repeat(`"E777001",`, 16) + `"E777001"]}`,
		`{"is_valid":true,"x":"` + strings.Repeat("x", 64<<10) + `"}`, strings.Repeat(`{"a":`, 9) + "1" + strings.Repeat("}", 9),
		"{\"is_valid\":true,\"x\":\"\xff\"}", `{"is_valid":true,"x":"\ud800"}`,
	} {
		w := newWorld(t, "user_validation.service=rules")
		w.verdicts(map[string]string{"rules": answer})
		if r := w.run("signup", ask("ada", "ada@example.com")); r.codes() != "E901002" || !strings.Contains(r.Fault, "validation service") {
			t.Errorf("%.60s: got %s", answer, r.text)
		}
		if len(w.list(record.UserPrefix)) != 0 {
			t.Errorf("%.60s: there is an account", answer)
		}
	}
}

// The URL of a service may contain a secret, and faults are logged.
func TestFaultOfAServiceDoesNotRepeatItsAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=https://rules.example/s3cret?k=s3cret")
	for _, answer := range []string{"", `{"is_valid":false,"sub_status":"x"}`} {
		w.verdicts(map[string]string{"https://rules.example/s3cret?k=s3cret": answer})
		if r := w.run("signup", ask("ada", "ada@example.com")); r.Fault == "" || strings.Contains(r.Fault, "s3cret") {
			t.Errorf("got %s", r.text)
		}
	}
}

func TestValidationServiceGetsTheCtx(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=rules")
	request := ask("Ada", "Ada@example.com")
	request.Password = "cre\u0300me brûlée 1"
	request.FirstName = "Ada"
	w.mustRun("signup", request)
	var data map[string]any
	kind, _ := readBody(t, w.calls[0], &data)
	want := `{"app_list":["CRM","Wiki"],"attrs":{},"current_app":"CRM","display_name":"Ada","email":"Ada@example.com","first_name":"Ada","last_name":"","middle_name":"","password":"cre` + "\u0300" + `me brûlée 1","sign_up_status":"before_confirmation","username":"Ada"}`
	if got := inJSON(data); got != want || kind != "user.validate" {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestServicesListsEveryNameOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		settings []string
		want     string
	}{
		{nil, "crm.created mailer"},
		{[]string{"user_validation.service=zato.sso.signup.validate, a, b", "signup.callback_service_list=b, c"}, "a b c mailer"},
		{[]string{"main.email_service="}, "crm.created"},
		{[]string{"main.email_service=", "main.smtp_conn=My SMTP"}, "crm.created enrol.smtp"},
		{[]string{"signup.email_confirm_enabled=False", "signup.email_welcome_enabled=False"}, "crm.created"},
		{[]string{"main.email_service=crm.created"}, "crm.created"},
	} {
		if got := strings.Join(testEngine(t, test.settings...).Services(), " "); got != test.want {
			t.Errorf("%q: got %s, want %s", test.settings, got, test.want)
		}
	}
}

// The list decides when the built-in rules run. A service before them gets the
// request as it is, and is called only after the signup is admitted, so that
// the rate limit also limits the calls. The application is checked first, as in
// the original.
func TestServicesBeforeTheBuiltInRules(t *testing.T) {
	t.Parallel()
	bad := ask("a b", "nobody")
	bad.Password = "short"
	unknown := ask("ada", "ada@example.com")
	unknown.CurrentApp = "Nope"
	const (
		first  = "user_validation.service=a, zato.sso.signup.validate, b"
		last   = "user_validation.service=zato.sso.signup.validate, a, b"
		absent = "user_validation.service=a, b"
		told   = "signup.inform_if_user_invalid=True"
	)
	for _, test := range []struct {
		about, list, says string
		request           SignupRequest
		codes, called     string
		effects           string
	}{
		{"the service first", first, "a", bad, "E777001", "a", "now entropy audit get call audit"},
		{"the rules after it", first, "", bad, "E001004 E003002 E005001", "a", "now entropy audit get call audit"},
		{"another service after the rules", first, "b", ask("ada", "ada@example.com"), "E777001", "a b", "now entropy audit get call call audit"},
		{"everybody agrees", first, "", ask("ada", "ada@example.com"), "", "a b", "now entropy audit get call call kdf get audit commit"},
		{"an unknown application", first, "a", unknown, "E004001", "", "now entropy audit audit"},
		{"the rules first", last, "a", bad, "E001004 E003002 E005001", "", "now entropy audit audit"},
		{"the rules not listed", absent, "a", bad, "E001004 E003002 E005001", "", "now entropy audit audit"},
	} {
		w := newWorld(t, test.list, told)
		w.verdicts(map[string]string{test.says: `{"is_valid":false,"sub_status":"E777001"}`})
		if r := w.run("signup", test.request); r.codes() != test.codes {
			t.Errorf("%s: got %s, want %q", test.about, r.text, test.codes)
		}
		if w.called() != test.called || w.kinds() != test.effects {
			t.Errorf("%s: called %q by %q, want %q by %q", test.about, w.called(), w.kinds(), test.called, test.effects)
		}
	}

	w := newWorld(t, first, "enrol.rate_signup=1")
	w.run("signup", bad)
	w.calls = nil
	if r := w.run("signup", bad); r.codes() != "E901001" || w.called() != "" {
		t.Errorf("beyond the limit: got %s, called %q", r.text, w.called())
	}
}

// A repetition gets the answer of the first request, even if the service would
// answer differently now.
func TestServicesBeforeTheBuiltInRulesAreCalledOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=a, zato.sso.signup.validate")
	request := asked("ada", "ada@example.com", "key-1")
	request.Password = "short"
	w.verdicts(nil)
	before := w.run("signup", request)
	if before.codes() != "E003002" {
		t.Fatal(before.text)
	}
	w.verdicts(map[string]string{"a": `{"is_valid":false,"sub_status":"E777001"}`})
	w.sameFrom("signup", request, before)
}

// Whether a validation service fails or returns an invalid answer, the fault
// repeats nothing that the service was sent.
func TestErrorOfAValidationServiceContainsNoSecret(t *testing.T) {
	t.Parallel()
	request := SignupRequest{
		CurrentApp: "CRM", Username: "ada.l", Password: goodPassword, Email: "ada.l@example.com", AppList: []string{"CRM"},
		FirstName: "Augusta", MiddleName: "Adela", LastName: "Lovelace", DisplayName: "The Countess",
		Attrs: map[string]string{"phone": "+44 555 0100"},
	}
	sent := []string{"ada.l", goodPassword, "ada.l@example.com", "Augusta", "Adela", "Lovelace", "The Countess", "+44 555 0100"}
	for _, form := range []func(string) string{
		func(s string) string { return s },
		func(s string) string { return "x=" + url.QueryEscape(s) + "&" },
		func(s string) string { return fmt.Sprintf("%q", s) },
	} {
		quoted := ""
		for _, text := range sent {
			quoted += "refused " + form(text) + " "
		}
		for kind, answer := range map[string]func() (string, error){
			"error":  func() (string, error) { return "", errors.New("503: " + quoted) },
			"down":   func() (string, error) { return "", &CallError{Kind: CallDown, Reason: quoted} },
			"status": func() (string, error) { return `{"is_valid":false,"sub_status":"` + goodPassword[:7] + `"}`, nil },
		} {
			w := newWorld(t, "user_validation.service=rules")
			w.Services = func(ServiceCall) (string, error) { return answer() }
			r := w.run("signup", request)
			if r.codes() != string(Busy) || !strings.Contains(r.Fault, "validation service rules") {
				t.Errorf("%s: got %s", kind, r.text)
			}
			for _, text := range append(sent, goodPassword[:7]) {
				if strings.Contains(strings.ToLower(r.text), strings.ToLower(strings.Trim(form(text), `"`))) {
					t.Errorf("%s: %q is in %s", kind, text, r.text)
				}
			}
		}
	}
}
