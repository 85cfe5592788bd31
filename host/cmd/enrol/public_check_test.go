package main

import (
	"net"
	"strings"
	"syscall"
	"testing"
)

// withPublicURL adds an enrol.public_url.
func withPublicURL(conf string) string {
	return strings.Replace(conf, "[enrol]\n", "[enrol]\npublic_url=https://join.example.com\n", 1)
}

// withSMTP adds a mail server.
func withSMTP(conf string) string {
	return strings.ReplaceAll(conf, "email_welcome_enabled", "email_confirm_from=a@example.com\nemail_welcome_from=a@example.com\nemail_welcome_enabled") +
		"[main]\nsmtp_conn=smtp://127.0.0.1:2525\n"
}

// Pages on which nobody could ever sign up and confirm are refused at start, with
// what to set.
func TestPublicPagesThatCannotWorkAreRefused(t *testing.T) {
	h := newWorkdir(t)
	h.write("occupied", "", 0o600) // a server that is not refused ends at once
	replaced := func(old, new string) string { return strings.Replace(pagesConf, old, new, 1) }
	for name, test := range map[string]struct {
		conf string // "" for the built-in one
		args []string
		want string
	}{
		"a proxy without a URL":         {withSMTP(pagesConf), []string{"--public-proxy", "127.0.0.1"}, "--public-proxy needs enrol.public_url"},
		"a proxy without mails":         {withPublicURL(pagesConf), []string{"--public-proxy", "127.0.0.1"}, "no message can be sent: set main.smtp_conn"},
		"other machines, without mails": {withPublicURL(pagesConf), []string{"--public", ":0"}, "no message can be sent: set main.smtp_conn"},
		"other machines, built in":      {"", []string{"--public", ":0"}, "give an sso.conf with --conf"},
		"messages are off":              {fastConf, nil, "set signup.email_confirm_enabled to True"},
		"no default":                    {replaced("default=CRM", "default="), nil, "set apps.default to an application"},
		"a closed default":              {strings.Replace(replaced("default=CRM", "default=HR"), "all=CRM", "all=CRM,HR", 1), nil, "set apps.default to an application"},
		"no application":                {replaced("signup_allowed=CRM\n", ""), nil, "nobody can sign up: set apps.signup_allowed"},
	} {
		args := append([]string{"serve", "--data", "occupied", "--public", "127.0.0.1:0", "--listen", "127.0.0.1:0"}, test.args...)
		if test.conf != "" {
			h.write("sso.conf", test.conf, 0o644)
			args = append(args, "--conf", "sso.conf")
		}
		t.Run(name, func(t *testing.T) {
			h := &workdir{t: t, dir: h.dir, env: h.env}
			h.run("", args...).want(exitMistake, test.want)
		})
	}
}

// A reload refuses what a start refuses.
func TestReloadRefusesPagesThatCannotWork(t *testing.T) {
	h := newWorkdir(t)
	h.write("sso.conf", withSMTP(withPublicURL(pagesConf)), 0o644)
	p, _ := h.servePublic("--conf", "sso.conf", "--public-proxy", "127.0.0.1")
	if log := p.stderr.String(); !strings.Contains(log, "People sign up at enrol.public_url: https://join.example.com/signup\n") {
		t.Errorf("the log is %s", log)
	}
	h.write("sso.conf", withSMTP(pagesConf), 0o644)
	p.hangUp("the old one stays in force")
	if log := p.stderr.String(); !strings.Contains(log, "--public-proxy needs enrol.public_url") {
		t.Errorf("the log is %s", log)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}

func TestPublicPagesWarn(t *testing.T) {
	several := strings.NewReplacer("all=CRM", "all=CRM,Billing", "signup_allowed=CRM", "signup_allowed=CRM,Billing", "default=CRM", "default=", "[enrol]\n", "[enrol]\nbind_apps=True\n")
	const inbox, app, https = "a callback must send the token", "only with an application in their address, such as /signup?app=", "send forms only over https"
	for name, test := range map[string]struct {
		conf, listen string
		want         string
	}{
		"nothing":              {pagesConf, "127.0.0.1:0", ""},
		"several applications": {several.Replace(pagesConf), "127.0.0.1:0", app},
		"no https":             {withSMTP(pagesConf), ":0", https},
		"https":                {withPublicURL(withSMTP(pagesConf)), ":0", ""},
		"a callback":           {strings.Replace(fastConf, "[signup]\n", "[signup]\ncallback_service_list=https://example.com/hook\n", 1), "127.0.0.1:0", inbox},
	} {
		t.Run(name, func(t *testing.T) {
			h := newWorkdir(t)
			h.write("sso.conf", test.conf, 0o644)
			p, _ := h.servePublic("--public", test.listen, "--conf", "sso.conf")
			for _, warning := range []string{inbox, app, https} {
				if strings.Contains(p.stderr.String(), warning) != (warning == test.want) {
					t.Errorf("want %q: %s", test.want, p.stderr)
				}
			}
			p.signal(syscall.SIGTERM)
			p.wait().want(exitOK)
		})
	}
}

func TestAddressesThatArePrintedCanBeOpened(t *testing.T) {
	for address, want := range map[string]string{"0.0.0.0:8081": "127.0.0.1:8081", "[::]:8081": "127.0.0.1:8081", "[::1]:8081": "[::1]:8081", "192.0.2.1:80": "192.0.2.1:80"} {
		tcp, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if got := browsable(tcp); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
