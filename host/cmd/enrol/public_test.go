package main

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// servePublic starts a server with public pages, and returns where they are.
func (h *workdir) servePublic(args ...string) (p *process, pages string) {
	h.t.Helper()
	p, _ = h.serve(append([]string{"--public", "127.0.0.1:0"}, args...)...)
	match := regexp.MustCompile(`\ASign up in a browser: (http://127\.0\.0\.1:\d+)/signup\n`).FindStringSubmatch(p.stderr.String())
	if match == nil {
		h.t.Fatalf("the address of the pages is not printed first: %s", p.stderr)
	}
	return p, match[1]
}

// pagesConf is fastConf with messages after sign-ups, as public pages need it.
var pagesConf = strings.ReplaceAll(fastConf, "email_confirm_enabled=False", "email_confirm_enabled=True")

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestServePublicPages(t *testing.T) {
	h := newWorkdir(t)
	p, pages := h.servePublic()
	if status, body := fetch(t, pages+"/signup"); status != http.StatusOK || !strings.Contains(body, "Create your account") {
		t.Errorf("%d %s", status, body)
	}
	response, err := http.PostForm(pages+"/signup", url.Values{"username": {"ada"}, "email": {"ada@example.com"}, "password": {"correct horse battery"}})
	if err != nil || response.StatusCode != http.StatusOK || response.Request.URL.Path != "/signup/sent" {
		t.Errorf("%v %v", response, err)
	}
	// The trusted paths are not there, and the pages not on the trusted listener.
	for _, path := range []string{signupPath, "/readyz"} {
		if status, _ := fetch(t, pages+path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, body := fetch(t, pages+"/healthz"); status != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz: %d %s", status, body)
	}
	trusted := regexp.MustCompile(`msg=serving address=(\S+)`).FindStringSubmatch(p.stderr.String())
	if status, _ := fetch(t, "http://"+trusted[1]+"/signup"); status != http.StatusNotFound {
		t.Errorf("the trusted listener has pages: %d", status)
	}
	p.signal(syscall.SIGTERM)
	if end := p.wait().want(exitOK, "msg=stopped"); strings.Contains(end.stderr, "ada@") {
		t.Errorf("an address was logged: %s", end.stderr)
	}
	h.run("", "get", "--native", "--username", "ada").want(exitOK)
}

func TestPagesOfASsoConf(t *testing.T) {
	h := newWorkdir(t)
	const logo = "<svg xmlns='http://www.w3.org/2000/svg'/>"
	if err := os.Mkdir(h.path("pages"), 0o755); err != nil {
		t.Fatal(err)
	}
	h.write("logo.svg", logo, 0o644)
	h.write("pages/sent.html", `{{define "title"}}Hooray{{end}}{{define "content"}}{{end}}`, 0o644)
	conf := pagesConf + "[enrol_pages]\nlogo=logo.svg\n[[CRM]]\nname=Ours\n"
	conf = strings.Replace(conf, "[enrol]\n", "[enrol]\npage_templates=pages\n", 1)
	h.write("sso.conf", conf, 0o644)
	h.run("", "conf", "check", "sso.conf").want(exitOK)
	p, pages := h.servePublic("--conf", "sso.conf")
	if _, body := fetch(t, pages+"/signup"); !strings.Contains(body, "Ours</p>") || !strings.Contains(body, `src="assets/logo.`) {
		t.Errorf("the brand is missing: %s", body)
	}
	if _, body := fetch(t, pages+"/signup/sent"); !strings.Contains(body, "Hooray") {
		t.Errorf("the template is missing: %s", body)
	}
	h.write("sso.conf", strings.Replace(conf, "name=Ours", "name=Theirs", 1), 0o644)
	p.signal(syscall.SIGHUP)
	p.stderr.await(regexp.MustCompile("the configuration is in force"))
	if _, body := fetch(t, pages+"/signup"); !strings.Contains(body, "Theirs</p>") {
		t.Errorf("the brand was not reloaded: %s", body)
	}
	h.write("sso.conf", strings.Replace(conf, "[signup]\n", "[signup]\ninform_if_user_exists=True\n", 1), 0o644)
	p.signal(syscall.SIGHUP)
	p.stderr.await(regexp.MustCompile("the configuration is refused.*inform_if_user_exists"))
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}

func TestConfCheckChecksPages(t *testing.T) {
	h := newWorkdir(t)
	if err := os.Mkdir(h.path("pages"), 0o755); err != nil {
		t.Fatal(err)
	}
	h.write("pages/sent.html", "{{frob}}", 0o644)
	h.write("logo.gif", "GIF", 0o644)
	for name, test := range map[string]struct{ enrol, pages, want string }{
		"templates": {"page_templates=pages", "", `enrol.page_templates: the templates of pages: template: sent.html:1: function "frob" not defined`},
		"folder":    {"page_templates=none", "", "enrol.page_templates: the folder of templates of pages cannot be read"},
		"origin":    {"public_origins=example.com", "", `enrol.public_origins: enrol.public_origins: "example.com" is not an origin`},
		"no logo":   {"", "logo=none.svg", "enrol_pages.logo: the file cannot be read"},
		"logo":      {"", "[[CRM]]\nlogo=logo.gif", `enrol_pages.CRM.logo: public pages: the application "CRM": the logo "logo.gif" is not one of`},
		"color":     {"", "color=red", `enrol_pages.color: public pages: the color "red" is not six hexadecimal digits`},
		"link":      {"", "terms=/terms", `enrol_pages: public pages: "/terms" is not a URL`},
	} {
		conf := strings.Replace(fastConf, "[enrol]\n", "[enrol]\n"+test.enrol+"\n", 1) + "[enrol_pages]\n" + test.pages + "\n"
		h.write("sso.conf", conf, 0o644)
		if got := h.run("", "conf", "check", "sso.conf").want(exitMistake); !strings.Contains(got.stdout, test.want) {
			t.Errorf("%s: %s", name, got.stdout)
		}
	}
}

func TestPublicPagesNeedSettingsThatTellNothing(t *testing.T) {
	h := newWorkdir(t)
	h.write("sso.conf", strings.Replace(pagesConf, "[signup]\n", "[signup]\ninform_if_email_exists=True\n", 1), 0o644)
	h.run("", "serve", "--public", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--conf", "sso.conf").want(exitMistake, "signup.inform_if_email_exists is True")
	h.run("", "serve", "--public-proxy", "10.0.0.0/8").want(exitMistake, "--public-proxy needs --public")
	h.run("", "serve", "--public", "here").want(exitMistake, "--public here: ")
}

// Somebody who only reads what is printed signs up, reads the mail, and confirms.
func TestSignUpMailboxConfirm(t *testing.T) {
	h := newWorkdir(t)
	p, pages := h.servePublic()
	response, err := http.PostForm(pages+"/signup?lang=de", url.Values{"username": {"ada"}, "email": {"ada@example.com"}, "password": {"correct horse battery"}})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(sent), `behält seine Nachrichten`) {
		t.Fatalf("%v %s", err, sent)
	}
	kept(t, h.path("data.mail"), 1)
	_, list := fetch(t, p.mailbox())
	link := regexp.MustCompile(`href="(/mailbox/2[^"]+)"`).FindStringSubmatch(list)
	if link == nil {
		t.Fatalf("the mailbox is\n%s", list)
	}
	_, read := fetch(t, pages+link[1])
	token := regexp.MustCompile(regexp.QuoteMeta(pages) + `/confirm\?lang=de#([A-Za-z0-9_-]{32})`).FindStringSubmatch(read)
	if token == nil || !strings.Contains(read, "Konto") || !strings.Contains(read, "Example") || strings.Contains(read, "bei 127.0.0.1") {
		t.Fatalf("the mail is\n%s", read)
	}
	// This client names no language, as a browser that is in another one.
	if _, confirm := fetch(t, pages+"/confirm?lang=de"); !strings.Contains(confirm, `<html lang="de"`) || !strings.Contains(confirm, `href="resend?lang=de"`) {
		t.Errorf("the page of the link is\n%s", confirm)
	}
	response, err = http.PostForm(pages+"/confirm?lang=de", url.Values{"token": {token[1]}, "password": {"correct horse battery"}})
	if err != nil || response.Request.URL.Path != "/confirmed" || response.Header.Get("Content-Language") != "de" {
		t.Fatalf("%v %v", response, err)
	}
	p.signal(syscall.SIGTERM)
	if end := p.wait().want(exitOK); strings.Contains(end.stderr, token[1]) {
		t.Errorf("the token was logged: %s", end.stderr)
	}
}

// Where a proxy may be in front of the pages, the mailbox is on the trusted listener.
func TestMailboxIsNotBehindAProxy(t *testing.T) {
	h := newWorkdir(t)
	h.write("sso.conf", withPublicURL(pagesConf), 0o644)
	p, pages := h.servePublic("--conf", "sso.conf")
	if status, _ := fetch(t, pages+"/mailbox?"+strings.SplitAfter(p.mailbox(), "?")[1]); status != http.StatusNotFound {
		t.Errorf("the pages have the mailbox: %d", status)
	}
	trusted := regexp.MustCompile(`msg=serving address=(\S+)`).FindStringSubmatch(p.stderr.String())
	if status, _ := fetch(t, p.mailbox()); status != http.StatusOK || !strings.Contains(p.mailbox(), trusted[1]) {
		t.Errorf("the mailbox at %s answers %d", p.mailbox(), status)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}
