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
	if got := h.run("", "conf", "check", "service.conf").want(exitOK).stdout; !strings.Contains(got, `service.conf: warning: the service "my.service"`) {
		t.Errorf("warnings are %q", got)
	}
	h.run("", "conf", "check", "missing.conf").want(exitMistake, "missing.conf")
	h.run("", "conf", "check", ".").want(exitMistake, "directory")
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
		h.run("", name, "--conf", "service.conf").want(exitMistake, `"my.service"`)
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
