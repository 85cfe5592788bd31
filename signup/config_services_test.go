package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// zatoConf is a file of the original that names services, with the section that
// makes it usable.
const zatoConf = `[main]
smtp_conn=My SMTP
[apps]
signup_allowed=CRM
[password]
expiry=0
[signup]
is_approval_needed=True
callback_service_list=my.callback, https://hooks.example/new
[user_validation]
service=zato.sso.signup.validate, my.rules
`

const zatoServices = `[enrol_services]
My SMTP=https://mail.example/send
my.callback=https://crm.example/new?key=a
"my.rules" = "https://rules.example/check" # quotes and comments as everywhere
`

func TestNamesOfServicesMayHaveURLs(t *testing.T) {
	t.Parallel()
	config, warnings, err := ssoconf.Parse(zatoConf + zatoServices)
	if err != nil || len(warnings) != 0 {
		t.Fatal(err, warnings)
	}
	w := bareWorld(t, New(config, testKeys(t, "k1")))
	w.Services = func(call ServiceCall) (string, error) {
		if strings.Contains(call.Service, "rules") {
			return `{"is_valid":true}`, nil
		}
		return "", nil
	}
	w.mustRun("open", `{}`)
	want := []string{"https://rules.example/check", "https://crm.example/new?key=a", "https://hooks.example/new", "https://mail.example/send"}
	if got := strings.Join(w.engine.Services(), " "); got != strings.Join(want, " ") {
		t.Errorf("the services are %s", got)
	}
	w.mustRun("signup", `{"ctx":{"username":"ada","password":"correct horse battery","email":"ada@example.com","app_list":["CRM"]}}`)
	w.mustRun("dispatch", `{}`)
	names := map[string]string{want[0]: "my.rules", want[1]: "my.callback", want[2]: want[2], want[3]: "My SMTP"}
	for _, call := range w.calls {
		name := names[call.Service]
		delete(names, call.Service)
		if secrets := w.engine.keys.WebhookSecrets(name); name == "" || !verifies(t, secrets[0], call) {
			t.Errorf("%s is not signed with the secret of %q", call.Service, name)
		}
		if got := config.ServiceName(call.Service); got != name {
			t.Errorf("%s is the URL of %q, want %q", call.Service, got, name)
		}
	}
	if len(names) != 0 {
		t.Errorf("these were not called: %v", names)
	}
}

// A waiting event is sent to the current URL of the name.
func TestURLOfAServiceMayChangeWhileEventsWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol_services.crm.created=https://old.example/", "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.engine = New(configured(t, "enrol_services.crm.created=https://new.example/", "main.email_service="), w.engine.keys)
	w.mustRun("dispatch", `{}`)
	if len(w.calls) != 1 || w.calls[0].Service != "https://new.example/" {
		t.Errorf("the calls are %+v", w.calls)
	}
}

func TestEntriesOfServicesAreSettings(t *testing.T) {
	t.Parallel()
	settings, err := ssoconf.ParseSettings(zatoConf + zatoServices)
	if err != nil {
		t.Fatal(err)
	}
	want := ssoconf.Setting{Section: "enrol_services", Name: "My SMTP", Value: "https://mail.example/send", Default: "", Line: 13, Column: 9}
	if got := settings[len(settings)-3]; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
