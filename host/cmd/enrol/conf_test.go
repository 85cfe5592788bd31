package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

func TestBuiltinConf(t *testing.T) {
	config, notices, err := ssoconf.Parse(builtinConf)
	if err != nil || len(notices) > 0 {
		t.Fatal(notices, err)
	}
	if apps := config.Apps; apps.Default != "CRM" || strings.Join(apps.SignupAllowed, ",") != "CRM" || config.Signup.IsApprovalNeeded {
		t.Errorf("%+v", config)
	}
}

func TestConfCheck(t *testing.T) {
	h := newWorkdir(t)
	if got := h.run("", "conf", "check", "sso.conf").want(exitOK); got.stdout+got.stderr != "" {
		t.Errorf("a good file has notices: %s%s", got.stdout, got.stderr)
	}
	h.write("warn.conf", "[apps]\nsignup_allowed=CRM\nfrob=1\n", 0o644)
	warned := h.run("", "conf", "check", "warn.conf").want(exitOK).stdout
	if !strings.Contains(warned, "warn.conf:3:1: warning: apps: the key") || !strings.Contains(warned, "warn.conf: warning: neither") {
		t.Errorf("warnings are %q", warned)
	}
	h.write("bad.conf", "[apps]\ndefault=Billing\n[password]\nmin_length=many\nmax_length=0\n", 0o644)
	bad := h.run("", "conf", "check", "bad.conf").want(exitMistake, "bad.conf: 3 errors").stdout
	for _, place := range []string{"bad.conf:2:9: apps.default: ", "bad.conf:4:12: password.min_length: ", "bad.conf:5:12: password.max_length: "} {
		if !strings.Contains(bad, place) {
			t.Errorf("errors are %q, without %q", bad, place)
		}
	}
	h.run("", "conf", "check", "missing.conf").want(exitMistake, "missing.conf")
	h.run("", "conf", "check", ".").want(exitMistake, "directory")
	h.write("large.conf", strings.Repeat("#", 3<<20), 0o644)
	if got := h.run("", "conf", "check", "large.conf").want(exitMistake, "large.conf: 1 error").stdout; got != "large.conf: the file is larger than 1048576 bytes: shorten it\n" {
		t.Errorf("a file that is too large gets %q", got)
	}
}

func TestConfCheckRefusesEveryServiceThatThisCommandLacks(t *testing.T) {
	h := newWorkdir(t)
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
	want := `a.conf:3:25: signup.callback_service_list: the service "my.service" is not a URL
a.conf:3:25: signup.callback_service_list: the service "cb.service" is not a URL
a.conf:7:9: user_validation.service: the service "other.service" is not a URL
a.conf:9:11: main.smtp_conn: the service "smtp" is not a URL
a.conf: warning: signup.is_approval_needed is True by default
a.conf: warning: password.expiry is 730 by default
a.conf:2:1: warning: signup: the key "frob"
`
	got := h.run("", "conf", "check", "a.conf").want(exitMistake, "a.conf: 4 errors").stdout
	lines := strings.Split(got, "\n")
	for i, begin := range strings.Split(want, "\n") {
		if i >= len(lines) || !strings.HasPrefix(lines[i], begin) || len(lines) != 8 {
			t.Fatalf("warnings are\n%swant\n%s", got, want)
		}
	}
	stopped := h.run("", "serve", "--conf", "a.conf").want(exitMistake, "a.conf cannot be used", "4 errors")
	if !strings.Contains(stopped.stderr, `a.conf:9:11: main.smtp_conn: the service "smtp"`) {
		t.Errorf("stopped with %q", stopped.stderr)
	}
	h.write("mail.conf", "[main]\nemail_service=mailer\n[apps]\nsignup_allowed=CRM\n[signup]\nis_approval_needed=True\n", 0o644)
	if got := h.run("", "conf", "check", "mail.conf").want(exitMistake, "mail.conf: 1 error").stdout; !strings.HasPrefix(got, `mail.conf:2:15: main.email_service: the service "mailer" is not a URL`) {
		t.Errorf("errors are %q", got)
	}
}

// TestConfCheckIsAsStrictAsServe runs both on files of every kind. serve stops at
// an address that cannot be listened on, if not at the file before.
func TestConfCheckIsAsStrictAsServe(t *testing.T) {
	h := newWorkdir(t)
	h.write("mail.password", testSMTPPassword, 0o600)
	h.write("open.password", testSMTPPassword, 0o644)
	h.write("empty.password", "", 0o600)
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	h.write("dkim.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})), 0o600)
	h.write("bad.key", "no key", 0o600)
	mails := func(own string) string { return mailConf("smtp://ada@mail.example.com", own) }
	const password, dkim = "smtp_password_file=mail.password\n", "dkim_domain=example.com\ndkim_selector=a\ndkim_key_file="
	for name, conf := range map[string]string{
		"mails":                mails(password),
		"no password":          mails(""),
		"missing password":     mails("smtp_password_file=missing\n"),
		"open password":        mails("smtp_password_file=open.password\n"),
		"empty password":       mails("smtp_password_file=empty.password\n"),
		"password but no user": mailConf("smtp://mail.example.com", password),
		"signed":               mails(password + dkim + "dkim.key\n"),
		"missing key":          mails(password + dkim + "missing\n"),
		"invalid key":          mails(password + dkim + "bad.key\n"),
		"invalid domain":       mails(password + strings.Replace(dkim, "example.com", "example", 1) + "dkim.key\n"),
		"good":                 fastConf,
		"warning":              fastConf + "frob=1\n",
		"syntax":               "[apps\n",
		"value":                "[password]\nmin_length=many\n",
		"two values":           "[password]\nmin_length=9\nmax_length=8\n",
		"validation":           fastConf + "[user_validation]\nservice=zato.sso.signup.validate, my.service\n",
		"callback":             strings.Replace(fastConf, "[signup]", "[signup]\ncallback_service_list=my.callback", 1),
		"messages":             fastConf + "[main]\nemail_service=mailer\n",
		"smtp":                 fastConf + "[main]\nsmtp_conn=My SMTP\n",
		"named":                fastConf + "[main]\nsmtp_conn=My SMTP\n[enrol_services]\nMy SMTP=https://example.com/\n",
		"too long":             strings.Repeat("#", maxConf+1),
	} {
		h.write("some.conf", conf, 0o644)
		checked := h.run("", "conf", "check", "some.conf")
		served := h.run("", "serve", "--listen", "nonsense", "--conf", "some.conf").want(exitMistake)
		usable := strings.Contains(served.stderr, "--listen nonsense")
		if good := []string{"good", "warning", "messages", "smtp", "named", "mails", "signed"}; usable != slices.Contains(good, name) {
			t.Errorf("%s: serve stops with %s", name, served.stderr)
		}
		if want := map[bool]int{true: exitOK, false: exitMistake}[usable]; checked.status != want {
			t.Errorf("%s: conf check exits with %d, want %d: %s", name, checked.status, want, served.stderr)
		}
	}
}

// The line that check recommends for a name makes the otherwise unchanged file
// usable.
func TestNamesOfServicesAreUsableWithTheirURLs(t *testing.T) {
	h := newWorkdir(t)
	conf := strings.Replace(fastConf, "[signup]", "[signup]\ncallback_service_list=my.callback", 1)
	conf = strings.Replace(conf, "email_confirm_enabled=False", "email_confirm_enabled=True", 1) + "[main]\nsmtp_conn=My SMTP\n"
	h.write("zato.conf", conf, 0o644)
	got := h.run("", "conf", "check", "zato.conf").want(exitMistake, "zato.conf: 2 errors").stdout
	lines := regexp.MustCompile(`(?m)a line such as (.*)$`).FindAllStringSubmatch(got, -1)
	if len(lines) != 2 {
		t.Fatalf("errors are %q", got)
	}
	h.write("zato.conf", conf+"[enrol_services]\n"+lines[0][1]+"\n"+lines[1][1]+"\n", 0o644)
	if got := h.run("", "conf", "check", "zato.conf").want(exitOK).stdout; got != "" {
		t.Errorf("warnings are %q", got)
	}
	h.run(`{"ctx":{"username":"ada","password":"correct horse battery","email":"ada@example.com","app_list":["CRM"]}}`,
		"signup", "--conf", "zato.conf").want(exitOK)
	explained := h.run("", "conf", "explain", "--json", "zato.conf").want(exitOK).stdout
	if !strings.Contains(explained, `"key":"enrol_services.My SMTP","value":"https://example.com/enrol"`) {
		t.Errorf("explained is %s", explained)
	}
}

func TestBadConfStopsEveryCommand(t *testing.T) {
	h := newWorkdir(t)
	h.write("bad.conf", "[apps]\ndefault=Billing\n[password]\nmin_length=many\n", 0o644)
	h.write("service.conf", fastConf+"[user_validation]\nservice=zato.sso.signup.validate, my.service\n", 0o644)
	for _, name := range []string{"serve", "signup", "validate", "confirm", "get"} {
		h.run("", name, "--conf", "missing.conf").want(exitMistake, "missing.conf")
		got := h.run("", name, "--conf", "bad.conf").want(exitMistake, "bad.conf", "2 errors")
		for _, place := range []string{"bad.conf:2:9: ", "bad.conf:4:12: "} {
			if !strings.Contains(got.stderr, place) {
				t.Errorf("%s: errors are %q, without %q", name, got.stderr, place)
			}
		}
		if name == "validate" || name == "get" {
			continue // they call no service
		}
		if got := h.run("", name, "--conf", "service.conf").want(exitMistake, "service.conf", "1 error"); !strings.Contains(got.stderr, `"my.service"`) {
			t.Errorf("%s: the error is %q", name, got.stderr)
		}
	}
	if h.exists("data") || h.exists("data.key") {
		t.Error("a bad configuration left data behind")
	}
}

func TestNoConfIsTheBuiltinOne(t *testing.T) {
	h := newWorkdir(t)
	got := h.run(request("ada"), "signup", "--native").want(exitOK)
	if strings.Contains(got.stderr, "built-in configuration") || !got.answers()[0].OK() {
		t.Errorf("%s%s", got.stdout, got.stderr)
	}
	p, _ := h.serve()
	if strings.Count(p.stderr.String(), "built-in configuration") != 1 {
		t.Errorf("the server says %q", p.stderr)
	}
}

func TestConfOfNoFileIsRefused(t *testing.T) {
	h := newWorkdir(t)
	for _, name := range []string{"check", "lint", "explain", "init"} {
		for path, reason := range map[string]string{"": "is empty", "-": "not standard input or output"} {
			if got := h.run(fastConf, "conf", name, path).want(exitMistake, reason); got.stdout != "" {
				t.Errorf("conf %s %q prints %q", name, path, got.stdout)
			}
		}
	}
	h.run("", "serve", "--listen", "nonsense", "--conf", "-").want(exitMistake, "not standard input or output")
	if h.exists("-") {
		t.Error("a file with the name - is written")
	}
}
