package page_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
)

func TestBrandOfEachApplication(t *testing.T) {
	w := newWorld(t, page.Options{Brands: map[string]page.Brand{
		"": {Terms: "https://example.com/terms", Privacy: "https://example.com/privacy", After: []string{"https://crm.example.com/login"}},
		"Billing": {
			Name: "Bills & Co", Color: "ffd700", Logo: &page.File{Name: "ours.SVG", Data: []byte("<svg/>")},
			Stylesheet: []byte("h1{letter-spacing:0}"), After: []string{"https://bills.example.com/", "https://bills.example.com/tour?a=1&b=2"},
		},
	}})
	websitetest.Expect(t, w.get("/signup"), http.StatusOK, "<p>Example</p>", `href="https://example.com/terms"`, `href="https://example.com/privacy"`)
	answer := w.get("/signup?app=Billing")
	websitetest.Expect(t, answer, http.StatusOK, "Bills &amp; Co</p>", `<img src="assets/logo.`, "· Bills &amp; Co</title>")
	if strings.Contains(answer.Body.String(), "/terms") {
		t.Error("the brand of an application does not replace the other one")
	}
	style := regexp.MustCompile(`assets/brand\.[0-9a-f]+\.css`).FindString(answer.Body.String())
	css := w.get("/" + style)
	websitetest.Expect(t, css, http.StatusOK, "--accent:#ffd700", "--on-accent:#000", "h1{letter-spacing:0}")

	websitetest.Expect(t, w.get("/confirmed"), http.StatusOK, `<a class="button" href="https://crm.example.com/login">Continue</a>`)
	for next, want := range map[string]string{
		"": "https://bills.example.com/",
		"&next=https%3A%2F%2Fbills.example.com%2Ftour%3Fa%3D1%26b%3D2": "https://bills.example.com/tour?a=1&amp;b=2",
		"&next=https%3A%2F%2Fevil.example%2F":                          "https://bills.example.com/",
		"&next=https%3A%2F%2Fcrm.example.com%2Flogin":                  "https://bills.example.com/",
	} {
		answer := w.get("/confirmed?app=Billing" + next)
		websitetest.Expect(t, answer, http.StatusOK, `href="`+want+`">Continue</a>`)
		if strings.Contains(answer.Body.String(), "evil.example") {
			t.Error("a destination that is not allowed comes back")
		}
	}
	websitetest.Expect(t, w.get("/confirm?app=Billing&next=https%3A%2F%2Fbills.example.com%2F"), http.StatusOK, `action="confirm?app=Billing&amp;next=https%3A%2F%2Fbills.example.com%2F"`)
}

func TestWrongBrandsAreRefused(t *testing.T) {
	w := newWorld(t, page.Options{})
	for want, brand := range map[string]page.Brand{
		`the application "CRM": the color "red" is not six hexadecimal digits`:   {Color: "red"},
		`the application "CRM": the logo "logo.gif" is not one of`:               {Logo: &page.File{Name: "logo.gif"}},
		`the application "CRM": "javascript:alert(1)" is not a URL such as`:      {Terms: "javascript:alert(1)"},
		`the application "CRM": "/login" is not a URL such as`:                   {After: []string{"/login"}},
		`the application "CRM": the logo or the stylesheet is larger than 256 K`: {Stylesheet: make([]byte, 300_000)},
	} {
		_, err := page.New(w.engine, page.Options{Brands: map[string]page.Brand{"CRM": brand}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestTemplatesOfTheOperator(t *testing.T) {
	w := newWorld(t, page.Options{Templates: fstest.MapFS{
		".git/config": {},
		"sent.html":   {Data: []byte(`{{define "title"}}Hooray{{end}}{{define "content"}}<h1>{{.App}} & {{.Name}}</h1>{{end}}`)},
	}})
	websitetest.Expect(t, w.get("/signup/sent"), http.StatusOK, "<title>Hooray · Example</title>", "<h1>CRM & Example</h1>")
	websitetest.Expect(t, w.get("/signup"), http.StatusOK, "Create your account")

	in := func(content string) string {
		return `{{define "title"}}{{end}}{{define "content"}}` + content + `{{end}}`
	}
	for name, test := range map[string]struct{ file, text, want string }{
		"unknown file": {"welcome.html", "", "the template welcome.html: no page uses this file: there are layout.html, signup.html"},
		"other end":    {"sent.txt", "", "the template sent.txt: no page uses this file"},
		"syntax":       {"sent.html", "{{define \"title\"}}\n{{if}}", "template: sent.html:2: missing value for if"},
		"field":        {"sent.html", `{{define "title"}}{{.Frob}}{{end}}{{define "content"}}{{end}}`, "sent.html:1:20"},
		"text":         {"sent.html", `{{define "title"}}{{.Text "frob"}}{{end}}{{define "content"}}{{end}}`, `there is no text "frob"`},
		"part":         {"sent.html", `{{define "title"}}{{end}}`, `"content"`},
		"only errors":  {"signup.html", `{{define "title"}}{{end}}{{define "content"}}{{if .Errors}}{{.Frob}}{{end}}{{end}}`, "signup.html:1:"},
		"one app":      {"sent.html", in("{{if eq .App \"Archive\"}}{{.Frob}}{{end}}"), "sent.html:1:"},
		"no app":       {"error.html", in("{{if not .App}}{{.Frob}}{{end}}"), "error.html:1:"},
		"one brand":    {"confirmed.html", in("{{with .After}}{{.Frob}}{{end}}"), "confirmed.html:1:"},
		"one language": {"sent.html", in("{{if eq .Language \"pl\"}}{{.Frob}}{{end}}"), "sent.html:1:"},
		"mailbox":      {"sent.html", in("{{if .KeepsMails}}{{.Frob}}{{end}}"), "sent.html:1:"},
		"no mailbox":   {"sent.html", in("{{if not .KeepsMails}}{{.Frob}}{{end}}"), "sent.html:1:"},
		"less data":    {"signup.html", in("{{if not (.Asset \"signup.wasm\")}}{{.Frob}}{{end}}"), "signup.html:1:"},
		"setting":      {"confirm.html", in("{{if .Config.Enrol.ConfirmRequiresPassword}}{{.Frob}}{{end}}"), "confirm.html:1:"},
		"approval":     {"confirmed.html", in("{{if .Config.Signup.IsApprovalNeeded}}{{.Frob}}{{end}}"), "confirmed.html:1:"},
		"encoding":     {"sent.html", "\xff", "the template sent.html: is not UTF-8"},
	} {
		options := page.Options{Templates: fstest.MapFS{test.file: {Data: []byte(test.text)}}, Brands: map[string]page.Brand{
			"Billing": {After: []string{"https://bills.example.com/"}},
		}}
		_, err := page.New(w.engine, options)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}
