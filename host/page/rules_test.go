package page_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// What the script of the page checks by is what the server checks by, without what
// may name people.
func TestRulesOfTheScriptAreThoseOfTheServer(t *testing.T) {
	w := newWorld(t, page.Options{},
		"min_complexity=0", "min_complexity=2\nmin_length=7\nreject_list=\"a, b\", 'say \"x\"', it's, 100 %, \"#\"",
		"[enrol]", "[user_validation]\nreject_username=root, admin\nreject_email=ada@example.com\n[enrol]\nreject_match=label\nusername_may_be_email=True")
	answer := w.get("/rules?app=Billing&lang=de")
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "application/json" || answer.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", answer.Code, answer.Header())
	}
	var rules struct {
		App, Conf       string
		Codes, Strength map[string]string
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &rules); err != nil {
		t.Fatal(err)
	}
	if rules.App != "Billing" || rules.Codes["E003002"] == "" || rules.Strength[string(zxcvbn.AddWords)] == "" {
		t.Errorf("got %s", answer.Body)
	}
	got, _, err := ssoconf.Parse(rules.Conf)
	if err != nil {
		t.Fatalf("%s: %v", rules.Conf, err)
	}
	want := w.engine.Config()
	if !reflect.DeepEqual(got.Password, want.Password) || !reflect.DeepEqual(got.UserValidation.RejectUsername, want.UserValidation.RejectUsername) ||
		got.Enrol.RejectMatch != want.Enrol.RejectMatch || !got.Enrol.UsernameMayBeEmail || got.Main.SiteName != want.Main.SiteName {
		t.Errorf("%s is %+v, want %+v", rules.Conf, got, want)
	}
	if len(got.UserValidation.RejectEmail) > 0 || strings.Contains(answer.Body.String(), "ada@") {
		t.Errorf("the rules about addresses are told: %s", rules.Conf)
	}
}

// The rules name no other application.
func TestRulesAreThoseOfOneApplication(t *testing.T) {
	w := newWorld(t, page.Options{})
	answer := w.get("/rules?app=Billing")
	websitetest.Expect(t, answer, http.StatusOK, `all=\"Billing\"`, `signup_allowed=\"Billing\"`)
	for _, other := range []string{"CRM", "Archive"} {
		if strings.Contains(answer.Body.String(), other) {
			t.Errorf("%s is told: %s", other, answer.Body)
		}
	}
	websitetest.Expect(t, w.get("/rules?app=Archive"), http.StatusNotFound)
	websitetest.Expect(t, w.get("/rules?app=Nothing"), http.StatusNotFound)
}
