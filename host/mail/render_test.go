package mail

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

const (
	testID    = "01JZX5Q9W3T8R7M2K4N6P8S0VA"
	testToken = "abcdefghijklmnopqrstuvwxyz012-_9"
	testURL   = "https://join.example.com/new"
)

// message is what a call is about.
type message = host.Message

// body returns a payload of a kind, which a test may change.
func body(kind string, change ...func(*message)) signup.ServiceCall {
	m := message{
		Kind: kind, To: "ada@example.org", Username: "Ada.Lovelace", From: "confirm@example.com",
		CC: []string{}, BCC: []string{}, SiteName: "Analytical Engines",
	}
	switch kind {
	case host.MessageConfirm, host.MessageConfirmResent:
		m.Token, m.Expires = testToken, time.Date(2026, 3, 2, 9, 5, 0, 0, time.UTC)
		m.Template = defaultConfirmTemplate
	case host.MessageWelcome, host.MessageApproved:
		m.Template = defaultWelcomeTemplate
	case host.MessageRejected:
		m.Reason = "We know no such person."
	}
	for _, f := range change {
		f(&m)
	}
	return callOf(m)
}

// callOf writes a payload as the core does: with a null for no time, and tokens in
// the clear, which signup.Secret refuses to write.
func callOf(m message) signup.ServiceCall {
	data := map[string]any{
		"kind": m.Kind, "to": m.To, "username": m.Username, "token": string(m.Token), "expires": nil, "reason": m.Reason,
		"from": m.From, "cc": m.CC, "bcc": m.BCC, "template": m.Template, "site_name": m.SiteName,
		"current_app": m.CurrentApp,
	}
	if !m.Expires.IsZero() {
		data["expires"] = m.Expires.UTC().Format(time.RFC3339)
	}
	if m.Locale != "" {
		data["locale"] = m.Locale
	}
	text, err := json.Marshal(map[string]any{"type": "user.message", "timestamp": "2026-03-01T23:59:58.123Z", "data": data})
	if err != nil {
		panic(err)
	}
	return signup.ServiceCall{Service: "enrol.smtp", Headers: signup.WebhookHeaders{ID: testID}, Body: string(text)}
}

func locale(tag string) func(*message) {
	return func(m *message) { m.Locale = tag }
}

func renderer(t testing.TB, options RenderOptions) *Renderer {
	t.Helper()
	r, err := NewRenderer(options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// render renders a call that must succeed.
func render(t testing.TB, r *Renderer, call signup.ServiceCall) *Mail {
	t.Helper()
	m, err := r.Render(call)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// recorded is a case of testdata/mails.json, which hosts in other languages can
// read too.
type recorded struct {
	Name       string `json:"name"`
	Language   string `json:"language"`
	PublicURL  string `json:"public_url"`
	DefaultApp string `json:"default_app,omitempty"`
	ID         string `json:"id"`
	Body       string `json:"body"`
	Mail       *Mail  `json:"mail"`
}

// cases are the payloads of which the mails are recorded.
func cases() []recorded {
	var all []recorded
	add := func(name, language, publicURL string, call signup.ServiceCall) {
		all = append(all, recorded{Name: name, Language: language, PublicURL: publicURL, ID: call.Headers.ID, Body: call.Body})
	}
	for _, language := range languages {
		for _, kind := range kinds() {
			add(language+" "+kind, english, testURL, body(kind, locale(language), func(m *message) { m.CurrentApp = "CRM" }))
		}
	}
	for _, kind := range kinds() {
		add("little is known: "+kind, "de", "", body(kind, func(m *message) { m.SiteName, m.Reason = "", "" }))
	}
	hostile := func(m *message) {
		m.Username = "<b onclick='x'>\"&amp;\u202e{token}\r\nBcc: eve@example.com"
		m.SiteName, m.Reason = "A & B\r\nBcc: eve@example.com", "https://evil.example.com/\n\n<script>"
	}
	for _, kind := range kinds() {
		add("hostile: "+kind, english, testURL, body(kind, hostile))
	}
	add("addresses", english, testURL, body(host.MessageConfirm, func(m *message) {
		m.To, m.From = "Ünal@bücher.example", "Büro der Ada <confirm@bücher.example>"
		m.CC, m.BCC = []string{`"Copy" <cc@example.com>`}, []string{"bcc1@example.com", "bcc2@example.com"}
	}))
	for _, app := range []string{"CRM", "", "Billing", "Bills & Co/2 +=#?", "Büro (1) !'*~_.-", "{token}\r\nBcc: eve@example.com"} {
		for _, kind := range []string{host.MessageConfirm, host.MessageUsernameTaken} {
			add("through "+app+": "+kind, english, testURL, body(kind, func(m *message) { m.CurrentApp = app }))
			all[len(all)-1].DefaultApp = "CRM"
		}
	}
	for _, pair := range [][2]string{{"de", "en-US"}, {"pl", "xx"}, {"en", "pt_PT"}} {
		for _, kind := range []string{host.MessageConfirm, host.MessageUsernameTaken} {
			add("in "+pair[1]+", "+pair[0]+" by default: "+kind, pair[0], testURL, body(kind, locale(pair[1]), func(m *message) { m.CurrentApp = "Bills & Co" }))
			all[len(all)-1].DefaultApp = "CRM"
		}
	}
	return all
}

const recordedFile = "testdata/mails.json"

// Set ENROL_RECORD to write the file again, and read its diff.
func TestMailsAreAsRecorded(t *testing.T) {
	all := cases()
	for i := range all {
		c := &all[i]
		r := renderer(t, RenderOptions{Language: c.Language, PublicURL: c.PublicURL, DefaultApp: c.DefaultApp})
		c.Mail = render(t, r, signup.ServiceCall{Headers: signup.WebhookHeaders{ID: c.ID}, Body: c.Body})
	}
	expectRecorded(t, recordedFile, all)
}

// expectRecorded compares a value with a file, or writes the file if ENROL_RECORD
// is set.
func expectRecorded(t *testing.T, file string, all any) {
	t.Helper()
	var got strings.Builder
	encoder := json.NewEncoder(&got)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("ENROL_RECORD") != "" {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got.String(), "\n"), strings.Split(string(want), "\n")
	for i, line := range gotLines {
		if i >= len(wantLines) || line != wantLines[i] {
			t.Fatalf("%s:%d is not\n%s\nrun the test with ENROL_RECORD=1 and read the diff", file, i+1, line)
		}
	}
	t.Fatalf("%s goes on after line %d", file, len(gotLines))
}

func TestConfirmMailHasLinkCodeAndOrigin(t *testing.T) {
	r := renderer(t, RenderOptions{PublicURL: testURL + "/"})
	m := render(t, r, body(host.MessageConfirm, func(m *message) { m.CurrentApp = "CRM" }))
	for _, want := range []string{
		"\n\n" + testURL + "/confirm#" + testToken + "\n\n", "\n\n" + testToken + "\n\n", "2 March 2026, 09:05 (UTC)", "On 1 March 2026 (UTC)",
		"through CRM", "as Ada.Lovelace", "If it was not you",
	} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, m.Text)
		}
	}
	for _, want := range []string{
		`href="` + testURL + "/confirm#" + testToken + `"`, "<code>" + testToken + "</code>", "2 March 2026, 09:05 (UTC)", `<html lang="en" dir="ltr">`,
	} {
		if !strings.Contains(m.HTML, want) {
			t.Errorf("the HTML lacks %q:\n%s", want, m.HTML)
		}
	}
	without := render(t, renderer(t, RenderOptions{}), body(host.MessageConfirm))
	if strings.Contains(without.Text, "https://") || strings.Contains(without.HTML, "href") || !strings.Contains(without.Text, testToken) {
		t.Errorf("without a public URL the mail is\n%s\n%s", without.Text, without.HTML)
	}
}

func TestMailHasHeadersThatStayTheSame(t *testing.T) {
	r := renderer(t, RenderOptions{})
	m := render(t, r, body(host.MessageWelcome))
	want := map[string]string{
		"Message-ID": "<" + testID + "@example.com>", "Date": "Sun, 01 Mar 2026 23:59:58 +0000",
		"Auto-Submitted": "auto-generated", "Content-Language": "en",
	}
	if fmt.Sprint(m.Headers) != fmt.Sprint(want) {
		t.Errorf("the headers are %v", m.Headers)
	}
	again := render(t, r, body(host.MessageWelcome))
	if fmt.Sprintf("%+v", m) != fmt.Sprintf("%+v", again) {
		t.Error("a second try gives another mail")
	}
}

func TestUserChoosesTheLanguageElseTheOptions(t *testing.T) {
	for _, c := range []struct{ option, locale, want string }{
		{"", "", "en"}, {"de", "", "de"}, {"de", "fr", "fr"}, {"", "pt", "pt-BR"}, {"", "pt_PT", "pt-BR"}, {"", "PT-br", "pt-BR"},
		{"", "de-AT", "de"}, {"pl", "xx", "pl"}, {"pl", "../de", "pl"}, {"", "ja_JP.UTF-8", "ja"}, {"de-CH", "", "de"},
	} {
		r := renderer(t, RenderOptions{Language: c.option})
		m := render(t, r, body(host.MessageConfirm, locale(c.locale)))
		if m.Language != c.want || m.Headers["Content-Language"] != c.want || !strings.Contains(m.HTML, `lang="`+c.want+`"`) {
			t.Errorf("language %q and locale %q give %q", c.option, c.locale, m.Language)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, c := range []struct {
		options RenderOptions
		want    string
	}{
		{RenderOptions{Language: "xx"}, "there are mails in en, de, es, fr, ja, pl, pt-BR"},
		{RenderOptions{PublicURL: "example.com"}, "is not a URL"},
		{RenderOptions{PublicURL: "https://"}, "is not a URL"},
		{RenderOptions{PublicURL: "http://example.com"}, "must be https"},
		{RenderOptions{PublicURL: "javascript://example.com/"}, "must be https"},
		{RenderOptions{PublicURL: "https://ada@example.com"}, "no user"},
		{RenderOptions{PublicURL: "https://example.com/?a=b"}, "query"},
		{RenderOptions{PublicURL: "https://example.com/?"}, "query"},
		{RenderOptions{PublicURL: "https://example.com/#a"}, "fragment"},
		{RenderOptions{PublicURL: "https://example.com/#"}, "fragment"},
		{RenderOptions{PublicURL: "https://bücher.example"}, "in ASCII"},
		{RenderOptions{PublicURL: `https://example.com/"x`}, "in ASCII"},
		{RenderOptions{PublicURL: "https://example.com/{token}"}, "in ASCII"},
	} {
		r, err := NewRenderer(c.options)
		if r != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.options, err)
		}
	}
	for _, url := range []string{"http://localhost:8080", "http://127.0.0.1:1/a", "http://[::1]/", "https://example.com:444/a/b%20c"} {
		renderer(t, RenderOptions{PublicURL: url})
	}
}

func TestCallsThatCannotBecomeMails(t *testing.T) {
	r := renderer(t, RenderOptions{})
	withID := func(id string) signup.ServiceCall {
		call := body(host.MessageConfirm)
		call.Headers.ID = id
		return call
	}
	withBody := func(text string) signup.ServiceCall {
		return signup.ServiceCall{Headers: signup.WebhookHeaders{ID: testID}, Body: text}
	}
	change := func(f func(*message)) signup.ServiceCall { return body(host.MessageConfirm, f) }
	for _, c := range []struct {
		call  signup.ServiceCall
		want  string
		final bool
	}{
		{withBody(`{"type":"user.signup","data":{"to":"secret@example.com"}}`), "the wrong service", false},
		{withBody(`secret`), "cannot be read", false},
		{withBody(`{"type":"user.message","data":{}}`), "cannot be read", false},
		{withID(""), "Message-ID", false},
		{withID("a\r\nBcc: eve@example.com"), "Message-ID", false},
		{withID("a b"), "Message-ID", false},
		{withID(strings.Repeat("a", 129)), "Message-ID", false},
		{body("secret"), "older than the engine", false},
		{change(func(m *message) { m.To = "" }), "the address of the user", true},
		{change(func(m *message) { m.To = "secret@example.com\r\nBcc: eve@example.com" }), "the address of the user", true},
		{change(func(m *message) { m.To = "secret@example.com,eve@example.com" }), "the address of the user", true},
		{change(func(m *message) { m.To = "secret <eve@example.com>" }), "the address of the user", true},
		{change(func(m *message) { m.To = `"secret"@example.com` }), "the address of the user", true},
		{change(func(m *message) { m.To = "secret@[127.0.0.1]" }), "the address of the user", true},
		{change(func(m *message) { m.To = "secret@example.com." }), "the address of the user", true},
		{change(func(m *message) { m.To = "secret@" }), "the address of the user", true},
		{change(func(m *message) { m.To = ".secret@example.com" }), "the address of the user", true},
		{change(func(m *message) { m.To = strings.Repeat("a", 65) + "@example.com" }), "the address of the user", true},
		{change(func(m *message) { m.To = "sec\u200bret@example.com" }), "the address of the user", true},
		{change(func(m *message) { m.From = "secret" }), "signup.email_confirm_from is not an address", false},
		{change(func(m *message) { m.From = "a\r\nBcc: b <secret@example.com>" }), "signup.email_confirm_from has a name", false},
		{change(func(m *message) { m.From = "a <b> <secret@example.com>" }), "signup.email_confirm_from is not an address", false},
		{change(func(m *message) { m.CC = []string{"a@example.com", "secret@"} }), "an entry of signup.email_confirm_cc is not", false},
		{change(func(m *message) { m.BCC = []string{"secret"} }), "an entry of signup.email_confirm_bcc is not", false},
		{body(host.MessageWelcome, func(m *message) { m.From = "" }), "signup.email_welcome_from", false},
		{change(func(m *message) { m.Template = "other.txt" }), "email_confirm_template", false},
	} {
		m, err := r.Render(c.call)
		if m != nil || err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), testToken) {
			t.Errorf("%s: %v, %v", c.want, m, err)
			continue
		}
		kind := signup.CallRefused
		if c.final {
			kind = signup.CallFinal
		}
		if failure, ok := err.(*signup.CallError); !ok || failure.Kind != kind {
			t.Errorf("%s: %#v", c.want, err)
		}
	}
}
