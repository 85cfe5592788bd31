package mail

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/enrol-sso/enrol/host"
)

// Links lead to the pages of the application that an account was signed up
// through, since its token confirms only there.
func TestLinksNameApplicationsOtherThanTheDefault(t *testing.T) {
	for _, test := range []struct{ byDefault, app, query string }{
		{"CRM", "CRM", ""},
		{"CRM", "", ""},
		{"CRM", "Bills & Co", "?app=Bills+%26+Co"},
		{"", "CRM", ""},
	} {
		r, err := NewRenderer(RenderOptions{PublicURL: testURL, DefaultApp: test.byDefault})
		if err != nil {
			t.Fatal(err)
		}
		through := func(m *message) { m.CurrentApp = test.app }
		if m := render(t, r, body(host.MessageConfirm, through)); !strings.Contains(m.Text, testURL+"/confirm"+test.query+"#"+testToken+"\n") {
			t.Errorf("%+v: the mail is\n%s", test, m.Text)
		}
		if m := render(t, r, body(host.MessageUsernameTaken, through)); !strings.Contains(m.Text, testURL+"/signup"+test.query+"\n") {
			t.Errorf("%+v: the mail is\n%s", test, m.Text)
		}
	}
}

// Links lead to pages in the language of the mail, which may be another one than the
// browser's.
func TestLinksNameLanguagesOtherThanTheDefault(t *testing.T) {
	for _, test := range []struct{ byDefault, locale, app, query string }{
		{"", "", "", ""},
		{"", "en-GB", "", ""},
		{"", "xx", "", ""},
		{"", "de_AT", "", "?lang=de"},
		{"", "pt", "", "?lang=pt-BR"},
		{"", "de\r\n#", "", ""},
		{"de", "", "", ""},
		{"de", "de", "", ""},
		{"de", "en", "", "?lang=en"},
		{"de", "fr", "Bills & Co", "?app=Bills+%26+Co&lang=fr"},
	} {
		r := renderer(t, RenderOptions{Language: test.byDefault, PublicURL: testURL, DefaultApp: "CRM"})
		through := func(m *message) { m.CurrentApp = test.app }
		escaped := strings.ReplaceAll(test.query, "&", "&amp;")
		for kind, end := range map[string]string{host.MessageConfirm: "/confirm%s#" + testToken, host.MessageUsernameTaken: "/signup%s"} {
			m := render(t, r, body(kind, locale(test.locale), through))
			text, html := testURL+strings.Replace(end, "%s", test.query, 1), testURL+strings.Replace(end, "%s", escaped, 1)
			if !strings.Contains(m.Text, text+"\n") || !strings.Contains(m.HTML, `href="`+html+`"`) {
				t.Errorf("%+v: the mail is\n%s\n%s", test, m.Text, m.HTML)
			}
		}
	}
}

// A template can lead to a destination after confirming, which links do not carry.
func TestTemplatesCanNameADestination(t *testing.T) {
	const link = "{public_url}/confirm?next=https%3A%2F%2Fcrm.example.com%2Ftour#{token}"
	r, err := NewRenderer(RenderOptions{PublicURL: testURL, Templates: fstest.MapFS{"confirm.txt": {Data: []byte("Confirm: " + link + "\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("{public_url}", testURL, "{token}", testToken).Replace(link)
	if m := render(t, r, body(host.MessageConfirm)); !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, `href="`+want+`"`) {
		t.Errorf("the mail is\n%s\n%s", m.Text, m.HTML)
	}
}
