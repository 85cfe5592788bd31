package signup

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// governing maps a code to the setting that makes it visible, as in "Which
// codes are told" and the table of codes of the reference. Other codes are
// always visible, including the codes of services.
var governing = map[string]string{
	"E001001": "signup.inform_if_user_invalid",
	"E001003": "signup.inform_if_user_invalid",
	"E001004": "signup.inform_if_user_invalid",
	"E001002": "signup.inform_if_user_exists",
	"E002001": "signup.inform_if_email_invalid",
	"E002003": "signup.inform_if_email_invalid",
	"E002004": "signup.inform_if_email_invalid",
	"E002005": "signup.inform_if_email_invalid",
	"E002002": "signup.inform_if_email_exists",
	"E003001": "password.inform_if_invalid",
	"E003002": "password.inform_if_invalid",
	"E003003": "password.inform_if_invalid",
	"E003008": "password.inform_if_invalid",
	"E004001": "apps.inform_if_app_invalid",
	"E004002": "apps.inform_if_app_invalid",
	"E005002": "login.inform_if_locked",
	"E005003": "login.inform_if_not_confirmed",
	"E005004": "login.inform_if_not_approved",
	"E003004": "password.inform_if_expired",
	"W003005": "password.inform_if_about_to_expire",
	"E003006": "password.inform_if_about_to_expire",
	"E003007": "password.inform_if_must_be_changed",
}

const alwaysReturn = "signup.always_return_confirm_token"

// signupSwitches are the settings that matter to signup, confirm and resend.
var signupSwitches = []string{
	"signup.inform_if_user_exists", "signup.inform_if_user_invalid", "signup.inform_if_email_exists", "signup.inform_if_email_invalid",
	"password.inform_if_invalid", "apps.inform_if_app_invalid", alwaysReturn,
}

// setting is one combination of settings.
type setting map[string]bool

// settingsOf returns every combination of settings.
func settingsOf(switches []string) []setting {
	var all []setting
	for set := range 1 << len(switches) {
		s := setting{}
		for i, path := range switches {
			s[path] = set>>i&1 == 1
		}
		all = append(all, s)
	}
	return all
}

func (s setting) lines(more ...string) []string {
	for path, on := range s {
		more = append(more, fmt.Sprintf("%s=%v", path, on))
	}
	return more
}

// told returns the codes that the reference makes visible, in words: the
// visible ones in order, and one E005001 at the end for all others.
func (s setting) told(truth string) string {
	var told []string
	collapsed := false
	for _, code := range strings.Fields(truth) {
		path, governed := governing[code]
		switch {
		case code == "E005001", governed && !s[path]:
			collapsed = true
		default:
			told = append(told, code)
		}
	}
	if collapsed {
		told = append(told, "E005001")
	}
	return strings.Join(told, " ")
}

// toldOfTaken does the same for a taken name or address: with
// always_return_confirm_token a hidden code is not a refusal.
func (s setting) toldOfTaken(truth string) string {
	told := s.told(truth)
	if s[alwaysReturn] {
		told = strings.TrimSpace(strings.TrimSuffix(told, "E005001"))
	}
	return told
}

// tells runs an operation and compares its codes with the expected ones, and
// the audit trail with the true ones.
func (w *world) tells(operation string, request any, truth, told string) {
	w.t.Helper()
	w.audit = nil
	r := w.run(operation, request)
	ok := told == "" || told[0] == 'W'
	if r.codes() != told || r.OK() != ok || r.Fault != "" {
		w.t.Errorf("%s answers %s, want %q", operation, r.text, told)
	}
	for _, code := range strings.Fields(truth) {
		if !slices.Contains(strings.Fields(told), code) && strings.Contains(r.text, code) {
			w.t.Errorf("%s answers %s, which has %s", operation, r.text, code)
		}
	}
	if operation == "signup" && r.OK() != (len(r.ConfirmToken) == 32) {
		w.t.Errorf("signup answers %s", r.text)
	}
	if operation == "validate" {
		if len(w.audit) > 0 {
			w.t.Errorf("validate is audited: %+v", w.audit)
		}
		return
	}
	if got := joinCodes(w.audit[len(w.audit)-1].Extra.SubStatus); got != truth {
		w.t.Errorf("%s is audited as %q, want %q", operation, got, truth)
	}
}

// wrong is one thing that can be wrong with a field.
type wrong struct {
	code  string
	spoil func(*SignupRequest)
}

// wrongs lists them field by field in the order of the reference. The first of
// each field is nothing wrong.
var wrongs = [][]wrong{
	{
		{"", func(*SignupRequest) {}},
		{"E004001", func(r *SignupRequest) { r.CurrentApp = "ERP" }},
		{"E004001", func(r *SignupRequest) { r.AppList = []string{"CRM", "ERP"} }},
		{"E004002", func(r *SignupRequest) { r.CurrentApp = "Wiki" }},
	},
	{
		{"", func(*SignupRequest) {}},
		{"E001001", func(r *SignupRequest) { r.Username = "the-admin" }},
		{"E001003", func(r *SignupRequest) { r.Username = strings.Repeat("x", 129) }},
		{"E001004", func(r *SignupRequest) { r.Username = "a b" }},
	},
	{
		{"", func(*SignupRequest) {}},
		{"E002001", func(r *SignupRequest) { r.Email = "ada" }},
		{"E002003", func(r *SignupRequest) { r.Email = strings.Repeat("x", 129) }},
		{"E002004", func(r *SignupRequest) { r.Email = "a b@example.com" }},
		{"E002005", func(r *SignupRequest) { r.Email = "" }},
	},
	{
		{"", func(*SignupRequest) {}},
		{"E003001", func(r *SignupRequest) { r.Password = "my password 1" }},
		{"E003002", func(r *SignupRequest) { r.Password = "short" }},
		{"E003003", func(r *SignupRequest) { r.Password = Secret(strings.Repeat("x", 257)) }},
	},
}

// spoiled calls a function with a request for every combination of one wrong of
// each field, and the codes in order.
func spoiled(visit func(r SignupRequest, truth string)) {
	for _, app := range wrongs[0] {
		for _, username := range wrongs[1] {
			for _, email := range wrongs[2] {
				for _, password := range wrongs[3] {
					r := ask("ada", "ada@example.com")
					var codes []string
					for _, w := range []wrong{app, username, email, password} {
						w.spoil(&r)
						if w.code != "" {
							codes = append(codes, w.code)
						}
					}
					visit(r, strings.Join(codes, " "))
				}
			}
		}
	}
}

func TestCodesOfSignupAndValidate(t *testing.T) {
	t.Parallel()
	all := settingsOf(signupSwitches)
	for i, s := range all {
		w := newWorld(t, s.lines()...)
		before := len(w.dump())
		spoiled(func(r SignupRequest, truth string) {
			if truth != "" {
				w.tells("signup", r, truth, s.told(truth))
			}
			// It has nothing to hide, with no settings and with all. It rates each
			// password, which takes most of the time. An absent address is not checked.
			if i == 0 || i == len(all)-1 {
				there := strings.Join(strings.Fields(strings.ReplaceAll(truth, "E002005", "")), " ")
				w.tells("validate", r, there, there)
			}
		})
		if len(w.dump()) != before {
			t.Errorf("%v: a refusal wrote something", s)
		}
		if t.Failed() {
			t.Fatalf("with %v", s)
		}
	}
}

func TestCodesOfTakenNamesAndAddresses(t *testing.T) {
	t.Parallel()
	for _, s := range settingsOf(signupSwitches) {
		for truth, request := range map[string]SignupRequest{
			"":                ask("ada", "ada@example.com"),
			"E001002":         ask("TAKEN", "ada@example.com"),
			"E002002":         ask("ada", "Taken@EXAMPLE.com"),
			"E001002 E002002": ask("taken", "taken@example.com"),
		} {
			w := newWorld(t, s.lines()...)
			w.account("taken", "taken@example.com")
			w.tells("signup", request, truth, s.toldOfTaken(truth))
			w.tells("validate", request, truth, "") // which looks nothing up
			request.Password = "short"
			w.tells("signup", request, "E003002", s.told("E003002")) // existence is not checked
			w.checkInvariants()
		}
		if t.Failed() {
			t.Fatalf("with %v", s)
		}
	}
}

func TestCodesOfServices(t *testing.T) {
	t.Parallel()
	for _, s := range settingsOf(signupSwitches) {
		w := newWorld(t, s.lines("user_validation.service=zato.sso.signup.validate, check")...)
		for _, truth := range []string{
			"E777001", "W777001", "E777002 E777001", "E001001", "E001002", "E002002 E777001", "E003008", "E004001 E001001 E002001 E003001", "E005001", "E005001 E777001",
		} {
			w.verdicts(map[string]string{"check": `{"is_valid":false,"sub_status":["` + strings.ReplaceAll(truth, " ", `","`) + `"]}`})
			request := ask("ada", "ada@example.com")
			w.audit = nil
			r := w.run("signup", request)
			if told := s.told(truth); r.codes() != told || r.OK() || joinCodes(w.audit[1].Extra.SubStatus) != truth {
				t.Fatalf("%v: %s is answered as %s and audited as %+v", s, truth, r.text, w.audit[1])
			}
		}
	}
}
