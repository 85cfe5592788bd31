package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// kept waits for n mails in a folder, and returns their paths.
func kept(t *testing.T, folder string, n int) []string {
	t.Helper()
	for range 6000 {
		if found, err := filepath.Glob(filepath.Join(folder, "*.eml")); err != nil {
			t.Fatal(err)
		} else if len(found) >= n {
			return found
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("there are fewer than %d mails in %s", n, folder)
	return nil
}

// mailbox returns the URL of the mailbox that a server printed last.
func (p *process) mailbox() string {
	p.t.Helper()
	found := regexp.MustCompile(`Read the mails in a browser: (http://\S+/mailbox\?key=[A-Z2-7]{26})\n`).FindAllStringSubmatch(p.stderr.String(), -1)
	if found == nil {
		p.t.Fatalf("the address of the mailbox is not printed: %s", p.stderr)
	}
	return found[len(found)-1][1]
}

// A server that only this machine reaches keeps the mails that it cannot send, until
// it can.
func TestServeKeepsMails(t *testing.T) {
	h := newWorkdir(t)
	conf := strings.ReplaceAll(fastConf, "email_confirm_enabled=False", "email_confirm_enabled=True")
	h.write("sso.conf", conf, 0o644)
	p, address := h.serve("--conf", "sso.conf")
	if log := p.stderr.String(); strings.Contains(log, "so no message is sent") || !strings.HasPrefix(p.mailbox(), "http://"+address+"/mailbox?") {
		t.Errorf("the log is %s", log)
	}
	status, signed, err := post(address, signupPath, flat("ada"))
	if status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	path := kept(t, h.path("data.mail"), 1)[0]
	for path, want := range map[string]os.FileMode{path: 0o600, h.path("data.mail"): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	_, list := fetch(t, p.mailbox())
	link := regexp.MustCompile(`href="(/mailbox/2[^"]+)"`).FindStringSubmatch(list)
	if link == nil || !strings.Contains(list, "ada@example.com") {
		t.Fatalf("the list is\n%s", list)
	}
	if _, mail := fetch(t, "http://"+address+link[1]); !strings.Contains(mail, signed.ConfirmToken) {
		t.Errorf("the mail is\n%s", mail)
	}
	i := newInbox(t)
	h.write("sso.conf", mailConf("smtp://"+i.addr, ""), 0o644)
	p.hangUp("the configuration is in force")
	if status, _, err := post(address, signupPath, flat("grace")); status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	i.next(0)
	if status, _ := fetch(t, "http://"+address+"/mailbox"); status != http.StatusNotFound {
		t.Errorf("with a mail server, the mailbox answers %d", status)
	}
	h.write("sso.conf", conf, 0o644)
	p.hangUp("the configuration is in force")
	if status, _, err := post(address, signupPath, flat("edith")); status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	kept(t, h.path("data.mail"), 2)
	if status, _ := fetch(t, p.mailbox()); status != http.StatusOK {
		t.Errorf("after a reload, the mailbox answers %d", status)
	}
	p.signal(syscall.SIGTERM)
	end := p.wait().want(exitOK)
	for _, secret := range []string{signed.ConfirmToken, "ada@example"} {
		if strings.Contains(end.stderr, secret) {
			t.Errorf("%q was logged: %s", secret, end.stderr)
		}
	}
}

// Somebody who tries Enrol signs up in a browser, reads the mail there, and confirms.
func TestPeopleReadTheirMailNextToThePages(t *testing.T) {
	h := newWorkdir(t)
	p, pages := h.servePublic()
	form := url.Values{"username": {"ada"}, "email": {"ada@example.com"}, "password": {"correct horse battery"}}
	response, err := http.PostForm(pages+"/signup", form)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(response, err)
	}
	kept(t, h.path("data.mail"), 1)
	if !strings.HasPrefix(p.mailbox(), pages) {
		t.Errorf("the mailbox is at %s", p.mailbox())
	}
	_, list := fetch(t, p.mailbox())
	link := regexp.MustCompile(`href="(/mailbox/2[^"]+)"`).FindStringSubmatch(list)
	if link == nil {
		t.Fatalf("the list is\n%s", list)
	}
	_, mail := fetch(t, pages+link[1])
	token := regexp.MustCompile(`href="` + regexp.QuoteMeta(pages) + `/confirm#([A-Za-z0-9_-]{32})"`).FindStringSubmatch(mail)
	if token == nil {
		t.Fatalf("the mail has no link to the pages:\n%s", mail)
	}
	response, err = http.PostForm(pages+"/confirm", url.Values{"token": {token[1]}, "password": {"correct horse battery"}})
	if err != nil || response.Request.URL.Path != "/confirmed" {
		t.Errorf("%v %v", response, err)
	}
	kept(t, h.path("data.mail"), 2) // the welcome
	trusted := regexp.MustCompile(`msg=serving address=(\S+)`).FindStringSubmatch(p.stderr.String())
	if status, _ := fetch(t, "http://"+trusted[1]+"/mailbox"); status != http.StatusNotFound {
		t.Errorf("the trusted listener has the mailbox too: %d", status)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}

// Templates may have a link if the pages of the server are where it leads.
func TestLinksOfTemplatesLeadToThePagesOfTheServer(t *testing.T) {
	h := newWorkdir(t)
	if err := os.Mkdir(h.path("mails"), 0o755); err != nil {
		t.Fatal(err)
	}
	h.write("mails/confirm.txt", "Our link: {link}\n", 0o644)
	conf := strings.ReplaceAll(fastConf, "email_confirm_enabled=False", "email_confirm_enabled=True") + "mail_templates=mails\n"
	h.write("sso.conf", conf, 0o644)
	p, pages := h.servePublic("--conf", "sso.conf")
	form := url.Values{"username": {"ada"}, "email": {"ada@example.com"}, "password": {"correct horse battery"}}
	if response, err := http.PostForm(pages+"/signup", form); err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(response, err)
	}
	mail, err := os.ReadFile(kept(t, h.path("data.mail"), 1)[0])
	if err != nil || !strings.Contains(strings.ReplaceAll(string(mail), "=\r\n", ""), "Our link: "+pages+"/confirm#") {
		t.Errorf("the mail is %s, %v", mail, err)
	}
	p.hangUp("the configuration is in force")
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}

func TestOnlyServersForTheUsersOfThisMachineKeepMails(t *testing.T) {
	for _, c := range []struct {
		server server
		want   bool
	}{
		{server{address: "127.0.0.1:8080"}, true},
		{server{address: "[::1]:8080"}, true},
		{server{address: "0.0.0.0:8080"}, false},
		{server{address: ":8080"}, false},
		{server{address: "192.0.2.1:8080"}, false},
		{server{address: "127.0.0.1:8080", proxies: "10.0.0.0/8"}, false},
		{server{address: "127.0.0.1:8080", keyed: true}, false},
		{server{address: "127.0.0.1:8080", public: "127.0.0.1:8081"}, true},
		{server{address: "127.0.0.1:8080", public: "0.0.0.0:8081"}, false},
		{server{address: "127.0.0.1:8080", public: "127.0.0.1:8081", publicProxies: "10.0.0.0/8"}, false},
	} {
		if got := c.server.keepsMails(); got != c.want {
			t.Errorf("%+v: %v", c.server, got)
		}
	}
}

func TestOnlyTheServiceOfMailsIsAddedToAConf(t *testing.T) {
	const rest = "[apps]\nsignup_allowed=CRM\n"
	for _, text := range []string{
		builtinConf,
		rest,
		strings.TrimSuffix(rest, "\n"),
		rest + "[main]\nsite_name=A\nsmtp_conn=\n",
		rest + "[main]\nsite_name=A\nsmtp_conn=''  # none\nencrypt_email=False\n",
		"[main]\r\nsite_name=A\r\n[apps]\r\nsignup_allowed=CRM\r\n",
		"[ 'main' ] # a comment\nsite_name=A\n" + rest + "[password]\nreject_list='''\n[main]\nsmtp_conn=\n'''\n",
		"[main]\n" + rest,
		rest + "[password]\nreject_list='''\na\n[main]\n'''\n[main]",
	} {
		k, err := parseConf("", text)
		if text != builtinConf {
			k, err = parseConf("sso.conf", text)
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		before := *k.config
		k.keepMails()
		config, _, err := ssoconf.Parse(k.given)
		if err != nil || !k.keeps || k.text != text && text != builtinConf || config.Main.SMTPConn != mailboxConn || config.Main.SiteName != before.Main.SiteName ||
			strings.Join(config.Password.RejectList, "|") != strings.Join(before.Password.RejectList, "|") {
			t.Errorf("%q: %v, %v, the engine is given\n%s", text, k.keeps, err, k.given)
		}
		for _, warning := range k.warnings {
			if strings.Contains(warning.Message, "no message is sent") {
				t.Errorf("%q: %s", text, warning.Message)
			}
		}
	}
	for _, text := range []string{
		rest + "[main]\nemail_service=https://example.com/mail\n",
		rest + "[main]\nsmtp_conn=smtp://mail.example.com\n",
		rest + "[signup]\nemail_confirm_enabled=False\nemail_welcome_enabled=False\n",
	} {
		k, err := parseConf("sso.conf", text)
		if err != nil {
			t.Fatal(err)
		}
		if k.keepMails(); k.keeps || k.given != text {
			t.Errorf("%q became\n%s", text, k.given)
		}
	}
}
