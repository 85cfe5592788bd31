package mail

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/enrol-sso/enrol/host"
)

// outline returns HTML without the texts between tags.
func outline(t *testing.T, text string) []string {
	t.Helper()
	var tags []string
	for tokens := html.NewTokenizer(strings.NewReader(text)); ; {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			return tags
		case html.TextToken:
		default:
			tags = append(tags, fmt.Sprint(kind, tokens.Token()))
		}
	}
}

// Whatever users and operators put into the values of a mail, it stays the same
// mail: no header ends early, no address is added, and no tag is added.
func FuzzValuesChangeNothingButTexts(f *testing.F) {
	f.Add(0, "ada", "ada@example.com", "confirm@example.com", "cc@example.com", "Site", "reason", "CRM", "de")
	f.Add(1, "a\r\nBcc: eve@example.com", "a\r\n@example.com", "x\r\n <a@example.com>", "a@example.com, b@example.com", "\u2028", "<script>", "\"><b>", "../x")
	f.Add(2, "<a href='x'>", "=?utf-8?q?a?=@example.com", "=?utf-8?q?=0d=0aBcc:_eve?= <a@example.com>", "<a@example.com", "&amp;", "{token}", "\u202e\xff", "\x00")
	f.Add(3, "https://evil.example.com", "ünal@bücher.example", "\"A\" <a@example.com>", "a <b> <c@example.com>", "{content}", "</p>", "<!--", "en")
	r := renderer(f, RenderOptions{PublicURL: testURL})
	layout := renderer(f, RenderOptions{PublicURL: testURL, Templates: files("layout.html",
		`<a href="{public_url}/?{subject}" title="{site_name}" lang='{site_name}'>{subject}</a><title>{site_name}</title>{content}`)})
	f.Fuzz(func(t *testing.T, n int, username, to, from, cc, site, reason, app, locale string) {
		kind := kinds()[(n%6+6)%6]
		change := func(m *message) {
			m.Username, m.To, m.From, m.CC, m.BCC, m.SiteName, m.CurrentApp = username, to, from, []string{cc}, []string{cc}, site, app
			m.Locale = locale
			if kind == host.MessageRejected {
				m.Reason = reason
			}
		}
		for _, r := range []*Renderer{r, layout} {
			m, err := r.Render(body(kind, change))
			if err != nil {
				for _, secret := range []string{to, from, cc, username} {
					if len(secret) > 30 && strings.Contains(err.Error(), secret) {
						t.Errorf("the error quotes %q: %v", secret, err)
					}
				}
				return
			}
			lines := []string{m.Subject, m.To, m.Language}
			addresses := append(append([]Address{m.From}, m.CC...), m.BCC...)
			for _, a := range addresses {
				lines = append(lines, a.Name, a.Address)
				if strings.ContainsAny(a.Name, `"<>`) || strings.ContainsAny(a.Address, " ,;<>()\"\\") || strings.Count(a.Address, "@") != 1 {
					t.Errorf("an address is %+v", a)
				}
			}
			if len(addresses) != 3 || strings.ContainsAny(m.To, " ,;:<>()\"\\") || strings.Count(m.To, "@") != 1 {
				t.Errorf("the mail goes to %q and %v", m.To, addresses)
			}
			for name, value := range m.Headers {
				lines = append(lines, name, value)
			}
			for _, line := range lines {
				if strings.ContainsFunc(line, unicode.IsControl) || strings.ContainsAny(line, "\u2028\u2029") || !utf8.ValidString(line) {
					t.Errorf("a header is %q", line)
				}
			}
			checkMessage(t, m)
			if len(m.Headers) != 4 {
				t.Errorf("the headers are %v", m.Headers)
			}
			for _, text := range []string{m.Text, m.HTML} {
				if strings.ContainsFunc(text, func(c rune) bool { return c != '\n' && isUnprintable(c) }) || !utf8.ValidString(text) {
					t.Errorf("a part is %q", text)
				}
			}
		}
		// The same with values that mean nothing.
		meant := func(value, instead string) string {
			if printable(value) == "" {
				return ""
			}
			return instead
		}
		m := render(t, r, body(kind, change))
		benign := render(t, r, body(kind, change, func(m *message) {
			m.Username, m.SiteName, m.CurrentApp = meant(username, "x"), meant(site, "x"), meant(app, "x")
			m.Reason = meant(m.Reason, "x")
		}))
		if got, want := outline(t, m.HTML), outline(t, benign.HTML); !slices.Equal(got, want) {
			t.Errorf("the tags are\n%s, not\n%s", got, want)
		}
		if got, want := strings.Count(m.Text, "\n"), strings.Count(benign.Text, "\n"); got != want {
			t.Errorf("the text has %d lines, not %d", got, want)
		}
	})
}

// A token from a core is URL-safe. One that is not cannot escape from its link.
func TestTokenIsEscapedInTheLink(t *testing.T) {
	r := renderer(t, RenderOptions{PublicURL: testURL})
	m := render(t, r, body(host.MessageConfirm, func(m *message) { m.Token = "a\"> b\r\n<i>" }))
	if !strings.Contains(m.HTML, `href="`+testURL+`/confirm#a%22%3E%20b%20%20%3Ci%3E"`) || !strings.Contains(m.HTML, "<code>a&#34;&gt; b  &lt;i&gt;</code>") {
		t.Errorf("the HTML is %s", m.HTML)
	}
}
