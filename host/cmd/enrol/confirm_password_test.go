package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// The public pages require the password to confirm, unless the sso.conf says
// otherwise, which it can also by a reload.
func TestPublicPagesRequireThePasswordToConfirm(t *testing.T) {
	const field, warning = `autocomplete="current-password"`, "one click in an unrequested mail"
	for name, test := range map[string]struct {
		conf   string // "" for the built-in one
		asked  bool
		warned bool
	}{
		"built in": {"", true, false},
		"not set":  {pagesConf, true, false},
		"on":       {strings.Replace(pagesConf, "[enrol]\n", "[enrol]\nconfirm_requires_password=True\n", 1), true, false},
		"off":      {strings.Replace(pagesConf, "[enrol]\n", "[enrol]\nconfirm_requires_password=False\n", 1), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newWorkdir(t)
			var args []string
			if test.conf != "" {
				h.write("sso.conf", test.conf, 0o644)
				args = []string{"--conf", "sso.conf"}
			}
			p, pages := h.servePublic(args...)
			asks := func() bool {
				status, body := fetch(t, pages+"/confirm")
				if status != http.StatusOK {
					t.Errorf("%d %s", status, body)
				}
				return strings.Contains(body, field)
			}
			if asks() != test.asked || strings.Contains(p.stderr.String(), warning) != test.warned {
				t.Errorf("the page asks for the password: %t, the log is %s", asks(), p.stderr)
			}
			if name == "off" {
				h.write("sso.conf", pagesConf, 0o644)
				if p.hangUp("the configuration is in force"); !asks() {
					t.Error("after a reload, the page does not ask for the password")
				}
			}
			p.signal(syscall.SIGTERM)
			p.wait().want(exitOK)
		})
	}
}

func TestOnlyThePasswordToConfirmIsAddedToAConf(t *testing.T) {
	const rest = "[apps]\nsignup_allowed=CRM\n"
	for _, text := range []string{
		builtinConf,
		rest,
		strings.TrimSuffix(rest, "\n"),
		rest + "[enrol]\nmessage_daily_cap=7\n",
		rest + "[enrol_services]\na=https://example.com/a\n[enrol] # a comment\nmessage_daily_cap=7\n[enrol_pages]\nname=A\n[[CRM]]\nname=B",
		rest + "[enrol_pages]\nname=A\n[[CRM]]\nname=B\n",
	} {
		path := "sso.conf"
		if text == builtinConf {
			path = ""
		}
		k, err := parseConf(path, text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		before := *k.config
		k.confirmWithPassword()
		config, _, err := ssoconf.Parse(k.given)
		if err != nil || !config.Enrol.ConfirmRequiresPassword || k.text != text || !k.demands {
			t.Errorf("%q: %v, the engine is given\n%s", text, err, k.given)
		} else if config.Enrol.MessageDailyCap != before.Enrol.MessageDailyCap || config.Pages.Name != before.Pages.Name {
			t.Errorf("%q: more is changed: %+v", text, config)
		}
		if k, err = parseConf(path, text); err != nil {
			t.Fatal(err)
		}
		k.keepMails()
		k.confirmWithPassword()
		if config, _, err := ssoconf.Parse(k.given); err != nil || !k.keeps || !config.Enrol.ConfirmRequiresPassword || config.Main.SMTPConn != mailboxConn {
			t.Errorf("%q: with a mailbox, %v, the engine is given\n%s", text, err, k.given)
		}
	}
	for _, value := range []string{"False", "True"} {
		text := rest + "[enrol]\nconfirm_requires_password=" + value + "\n"
		k, err := parseConf("sso.conf", text)
		if err != nil {
			t.Fatal(err)
		}
		if k.confirmWithPassword(); k.given != text || k.demands {
			t.Errorf("%q became\n%s", text, k.given)
		}
	}
}
