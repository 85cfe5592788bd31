package signup

import (
	"strings"
	"testing"
)

// verdicts makes each service answer what the map says, valid if nothing.
func (w *world) verdicts(answers map[string]string) {
	w.answer = func(call ServiceCall) (string, error) {
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
	w := newWorld(t, "user_validation.service=a, zato.sso.user.validate, b, zato.sso.signup.validate, c")
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
	if len(w.list(userPrefix)) != 0 {
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
		{`{"is_valid":false,"sub_status":["E001002","E777001"]}`, "E777001 E005001"}, // must not be told
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
		if len(w.list(userPrefix)) != 0 {
			t.Errorf("%.60s: there is an account", answer)
		}
	}
}

// The address of a service may hold a secret, and faults end up in logs.
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

func TestValidationServiceIsGivenTheCtx(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=rules")
	request := ask("Ada", "Ada@example.com")
	request.Ctx.Password = "cre\u0300me brûlée 1"
	request.Ctx.FirstName = "Ada"
	w.mustRun("signup", request)
	var data map[string]any
	kind, _ := readBody(t, w.calls[0], &data)
	want := `{"app_list":["CRM","Wiki"],"attrs":{},"current_app":"CRM","display_name":"Ada","email":"Ada@example.com","first_name":"Ada","last_name":"","middle_name":"","password":"cre` + "\u0300" + `me brûlée 1","sign_up_status":"before_confirmation","username":"Ada"}`
	if got := string(encode(data)); got != want || kind != "user.validate" {
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
