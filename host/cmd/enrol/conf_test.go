package main

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

func TestBuiltinConf(t *testing.T) {
	config, notices, err := signup.ParseConfig(builtinConf)
	if err != nil || len(notices) > 0 {
		t.Fatal(notices, err)
	}
	if apps := config.Apps; apps.Default != "CRM" || strings.Join(apps.SignupAllowed, ",") != "CRM" || config.Signup.IsApprovalNeeded {
		t.Errorf("%+v", config)
	}
}

func TestConfCheck(t *testing.T) {
	h := newHouse(t)
	if got := h.run("", "conf", "check", "sso.conf").want(exitOK); got.stdout+got.stderr != "" {
		t.Errorf("a good file has notices: %s%s", got.stdout, got.stderr)
	}
	h.write("warn.conf", "[apps]\nsignup_allowed=CRM\nfrob=1\n", 0o644)
	warned := h.run("", "conf", "check", "warn.conf").want(exitOK).stdout
	if !strings.Contains(warned, "warn.conf:3:1: warning: apps: the key") || !strings.Contains(warned, "warn.conf: warning: neither") {
		t.Errorf("warnings are %q", warned)
	}
	h.write("bad.conf", "[apps]\nsignup_allowed=Billing\n[password]\nmin_length=many\nmax_length=0\n", 0o644)
	bad := h.run("", "conf", "check", "bad.conf").want(exitMistake, "bad.conf: 3 errors").stdout
	for _, place := range []string{"bad.conf:2:16: apps.signup_allowed: ", "bad.conf:4:12: password.min_length: ", "bad.conf:5:12: password.max_length: "} {
		if !strings.Contains(bad, place) {
			t.Errorf("errors are %q, without %q", bad, place)
		}
	}
	h.write("service.conf", fastConf+"[user_validation]\nservice=zato.sso.signup.validate, my.service\n", 0o644)
	if got := h.run("", "conf", "check", "service.conf").want(exitOK).stdout; !strings.Contains(got, `warning: user_validation.service: the service "my.service" is no URL`) {
		t.Errorf("warnings are %q", got)
	}
	h.run("", "conf", "check", "missing.conf").want(exitMistake, "missing.conf")
	h.run("", "conf", "check", ".").want(exitMistake, "directory")
}

func TestConfCheckTellsEveryServiceThatThisCommandLacks(t *testing.T) {
	h := newHouse(t)
	h.write("a.conf", `[signup]
frob=1
callback_service_list = https://crm.example/, cb.service, my.service
[apps]
signup_allowed=CRM
[user_validation]
service=zato.sso.signup.validate, my.service, other.service
[main]
smtp_conn=smtp
`, 0o644)
	want := `a.conf:2:1: warning: signup: the key "frob"
a.conf:3:25: warning: signup.callback_service_list: the service "my.service" is no URL
a.conf:3:25: warning: signup.callback_service_list: the service "cb.service" is no URL
a.conf:7:9: warning: user_validation.service: the service "other.service" is no URL
a.conf:9:11: warning: main.smtp_conn: the service "enrol.smtp" is no URL
`
	got := h.run("", "conf", "check", "a.conf").want(exitOK).stdout
	lines := strings.Split(got, "\n")
	for i, begin := range strings.Split(want, "\n") {
		if i >= len(lines) || !strings.HasPrefix(lines[i], begin) || len(lines) != 6 {
			t.Fatalf("warnings are\n%swant\n%s", got, want)
		}
	}
	stopped := h.run("", "serve", "--conf", "a.conf").want(exitMistake, "a.conf cannot be used", "4 errors")
	if !strings.Contains(stopped.stderr, `a.conf:9:11: main.smtp_conn: the service "enrol.smtp"`) {
		t.Errorf("stopped with %q", stopped.stderr)
	}
	h.write("mail.conf", "[main]\nemail_service=mailer\n[apps]\nsignup_allowed=CRM\n", 0o644)
	if got := h.run("", "conf", "check", "mail.conf").want(exitOK).stdout; !strings.HasPrefix(got, `mail.conf:2:15: warning: main.email_service: the service "mailer" is no URL`) {
		t.Errorf("warnings are %q", got)
	}
}

func TestBadConfStopsEveryCommand(t *testing.T) {
	h := newHouse(t)
	h.write("bad.conf", "[apps]\nsignup_allowed=Billing\n[password]\nmin_length=many\n", 0o644)
	h.write("service.conf", fastConf+"[user_validation]\nservice=zato.sso.signup.validate, my.service\n", 0o644)
	for _, name := range []string{"serve", "signup", "validate", "confirm", "get"} {
		got := h.run("", name, "--conf", "bad.conf").want(exitMistake, "bad.conf", "2 errors")
		for _, place := range []string{"bad.conf:2:16: ", "bad.conf:4:12: "} {
			if !strings.Contains(got.stderr, place) {
				t.Errorf("%s: errors are %q, without %q", name, got.stderr, place)
			}
		}
		if got := h.run("", name, "--conf", "service.conf").want(exitMistake, "service.conf", "1 error"); !strings.Contains(got.stderr, `"my.service"`) {
			t.Errorf("%s: the error is %q", name, got.stderr)
		}
		h.run("", name, "--conf", "missing.conf").want(exitMistake, "missing.conf")
	}
	if h.exists("data") || h.exists("data.key") {
		t.Error("a bad configuration left data behind")
	}
}

func TestNoConfIsTheBuiltinOne(t *testing.T) {
	h := newHouse(t)
	got := h.run(request("ada"), "signup", "--native").want(exitOK)
	if !strings.Contains(got.stderr, "built-in configuration") || !got.answers()[0].OK() {
		t.Errorf("%s%s", got.stdout, got.stderr)
	}
}
