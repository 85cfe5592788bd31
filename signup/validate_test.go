package signup

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestValidateChecksPresentFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "apps.inform_if_app_invalid=False", "password.inform_if_invalid=False")
	for _, test := range []struct{ request, want string }{
		{`{"ctx":{}}`, ""},
		{`{"ctx":{"username":null,"email":null,"password":null,"app_list":null,"current_app":null}}`, ""},
		{`{"ctx":{"username":"ada"}}`, ""},
		{`{"ctx":{"username":""}}`, "E001001"},
		{`{"ctx":{"username":"a b"}}`, "E001004"},
		{`{"ctx":{"email":""}}`, "E002005"},
		{`{"ctx":{"email":"ada"}}`, "E002001"},
		{`{"ctx":{"email":"ada@example.com"}}`, ""},
		{`{"ctx":{"password":""}}`, "E003002"},
		{`{"ctx":{"password":"correct horse"}}`, ""},
		{`{"ctx":{"password":"my password"}}`, "E003001"},
		{`{"ctx":{"app_list":["CRM"]}}`, ""},
		{`{"ctx":{"app_list":["ERP"]}}`, "E004001"},
		{`{"ctx":{"app_list":["CRM","CRM"]}}`, "E004001"},
		{`{"ctx":{"current_app":"HR"}}`, ""},
		{`{"ctx":{"current_app":"Wiki"}}`, "E004002"},
		{`{"current_app":"ERP","ctx":{}}`, "E004001"},
		{`{"current_app":"CRM","ctx":{}}`, ""},
		{`{"current_app":"","ctx":{"current_app":""}}`, ""}, // as good as absent, to signup as well
		{`{"current_app":"ERP","ctx":{"username":"root","email":"@","password":"x"}}`, "E004001 E001001 E002001 E003002"},
	} {
		if r := w.run("validate", test.request); r.codes() != test.want || r.OK() != (test.want == "") {
			t.Errorf("%s: got %s, want %q", test.request, r.text, test.want)
		}
	}
}

func TestValidateHasNoEffects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=rules")
	w.account("ada", "ada@example.com")
	w.mustRun("validate", ask("ada", "ada@example.com")) // taken, but nothing is looked up
	if got, want := w.kinds(), "now entropy"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestValidateReadsRequestsAsSignupDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for request, field := range map[string]string{
		`{"username":5}`: "username", `{"app_list":[]}`: "app_list", `{"ctx":{},"username":"x"}`: "username", `{"ctx":{"username":5}}`: "ctx.username", `{"ctx":{"user":"x"}}`: "ctx.user", `{"ctx":{},"x":1}`: "x",
	} {
		if r := w.run("validate", request); r.OK() || r.Field != field {
			t.Errorf("%s: got %s", request, r.text)
		}
	}
}

func TestValidateRatesPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "password.reject_list=", "password.max_length=20")
	for _, test := range []struct{ request, want string }{
		{`{"username":"ada"}`, ""},
		{`{"password":""}`, `{"score":0,"suggestions":["use_words","no_symbols_needed"]}`},
		{`{"password":"drowssaP"}`, `{"score":0,"warning":"like_common_password","suggestions":["add_words","reversing_helps_little"]}`},
		{`{"password":"x"}`, `{"score":0,"suggestions":["add_words"]}`}, // too short is no reason
		{`{"password":"Troubadour-Cave"}`, `{"score":3,"suggestions":[]}`},
		{`{"username":"troubadour-cave","password":"Troubadour-Cave"}`, `{"score":0,"suggestions":["add_words"]}`},
		{`{"password":"` + strings.Repeat("ab", 40) + `"}`, `{"score":0,"warning":"repeated_text","suggestions":["add_words","avoid_repeats"]}`},
		{`{"password":"` + strings.Repeat("ab", 40) + `x"}`, ""},
		{`{"password":"ab\u0000cd"}`, ""},
		{`{"username":"ada","password":5}`, ""},
	} {
		r := w.run("validate", test.request)
		var answer struct{ Strength json.RawMessage }
		if err := json.Unmarshal([]byte(r.text), &answer); err != nil || string(answer.Strength) != test.want {
			t.Errorf("%s: got %s, want the strength %s", test.request, r.text, test.want)
		}
	}
}

// The rating is for the user who types. Answers that a form sends tell nobody
// more than before.
func TestOnlyValidateRatesPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, request := range []any{ask("ada", "ada@example.com"), `{"ctx":{"username":"bob","email":"bob@example.com","password":"password","app_list":["CRM"]}}`} {
		if r := w.run("signup", request); strings.Contains(r.text, "strength") {
			t.Errorf("%s: got %s", request, r.text)
		}
	}
}
