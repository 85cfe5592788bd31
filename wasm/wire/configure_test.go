package wire_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

const secretKey = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

func TestConfigureMakesAnEngine(t *testing.T) {
	t.Parallel()
	conf := "[main]\nemail_service=mailer\n[apps]\nsignup_allowed=CRM\n[password]\nexpiry=0\n[signup]\nis_approval_needed=True\ncallback_service_list=a, https://example.com/b\n"
	request := wire.Configuration{Conf: conf, SecretKey: secretKey}.JSON()
	if want := `{"conf":"[main]\nemail_service=mailer\n[apps]\nsignup_allowed=CRM\n[password]\nexpiry=0\n[signup]\nis_approval_needed=True\ncallback_service_list=a, https://example.com/b\n","secret_key":"` + secretKey + `"}`; string(request) != want {
		t.Errorf("the request is %s", request)
	}
	engine, answer := wire.Configure(request)
	if engine == nil {
		t.Fatalf("%s", answer)
	}
	want := `{"status":"ok","notices":[],"services":["a","https://example.com/b","mailer"],"unicode":"` + signup.UnicodeVersion() + `","public":{"app":"CRM","apps":["CRM"]}}`
	if string(answer) != want {
		t.Errorf("\n got %s\nwant %s", answer, want)
	}
}

func TestConfigureSaysWhatAPublicSurfaceNeeds(t *testing.T) {
	t.Parallel()
	conf := "[apps]\nall=CRM,Billing\nsignup_allowed=CRM\ndefault=Billing\n[signup]\ninform_if_email_exists=True\n" +
		"[enrol]\npublic_url=https://example.com\npublic_origins=https://app.example.com\nrate_signup=1\nrate_confirm=2\nrate_resend=3\n"
	engine, data := wire.Configure(wire.Configuration{Conf: conf, SecretKey: secretKey}.JSON())
	if engine == nil {
		t.Fatalf("%s", data)
	}
	var answer wire.Configured
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	got := answer.Public
	refused := got.Refused
	got.Refused = nil
	want := wire.Public{
		App: "Billing", Apps: []string{"CRM", "Billing"}, URL: "https://example.com", Origins: []string{"https://app.example.com"},
		RateSignup: 1, RateConfirm: 2, RateResend: 3,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if len(refused) != 2 || !strings.Contains(refused[0], "inform_if_email_exists") || !strings.Contains(refused[1], "bind_apps") {
		t.Errorf("refused are %q", refused)
	}
}

func TestConfigureListsNoServicesAsAList(t *testing.T) {
	t.Parallel()
	engine, answer := wire.Configure(wire.Configuration{SecretKey: secretKey}.JSON())
	if engine == nil || !strings.Contains(string(answer), `"services":[],`) || !strings.Contains(string(answer), `"notices":[{"line":0,`) {
		t.Errorf("%s", answer)
	}
}

func TestConfigureRefusesWithNotices(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request string
		line    int
	}{
		"a value":      {string(wire.Configuration{Conf: "[password]\n\nmin_length=many\n", SecretKey: secretKey}.JSON()), 3},
		"syntax":       {string(wire.Configuration{Conf: "[main\n", SecretKey: secretKey}.JSON()), 1},
		"no key":       {`{"conf":""}`, 0},
		"a bad key":    {`{"conf":"","secret_key":"k1:c2VjcmV0LXNlY3JldA"}`, 0},
		"three keys":   {`{"conf":"","secret_key":"` + secretKey + "," + strings.Replace(secretKey, "k1", "k2", 1) + "," + strings.Replace(secretKey, "k1", "k3", 1) + `"}`, 0},
		"nothing":      {"", 0},
		"no object":    {"[]", 0},
		"wrong types":  {`{"conf":1}`, 0},
		"invalid text": {"{\"conf\":\"\xff\",\"secret_key\":\"" + secretKey + "\"}", 0},
	} {
		engine, data := wire.Configure([]byte(c.request))
		var answer wire.Configured
		if err := json.Unmarshal(data, &answer); err != nil {
			t.Fatal(err)
		}
		if engine != nil || answer.Status != signup.StatusError || len(answer.Notices) == 0 || answer.Notices[0].Message == "" || answer.Notices[0].Line != c.line {
			t.Errorf("%s: %s", name, data)
		}
		if answer.Services != nil || answer.Unicode != "" {
			t.Errorf("%s: the answer has more than the notices: %s", name, data)
		}
		if strings.Contains(string(data), "c2VjcmV0") || strings.Contains(string(data), secretKey[3:]) {
			t.Errorf("%s: the answer contains the key: %s", name, data)
		}
	}
}
