package mail

import (
	"mime"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
)

// A mail that is sent again is the same, byte for byte.
func TestMessageStaysTheSame(t *testing.T) {
	t.Parallel()
	r := renderer(t, RenderOptions{})
	var first string
	for range 3 {
		message, err := render(t, r, body(host.MessageConfirm)).Message(nil)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(message)
		}
		if string(message) != first {
			t.Error("a second try is another message")
		}
	}
}

// checkMessage checks a message as it is sent: each header is there once, and each
// part holds its text.
func checkMessage(t *testing.T, m *Mail) {
	t.Helper()
	message, err := m.Message(nil)
	if err != nil {
		t.Fatal(err)
	}
	data := string(message)
	if rest := strings.ReplaceAll(data, "\r\n", ""); strings.ContainsAny(rest, "\r\n\x00") {
		t.Errorf("a line ends with something else than CRLF: %q", data)
	}
	for line := range strings.SplitSeq(data, "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line has %d bytes", len(line))
		}
	}
	text, html, header := read(t, data)
	if text != m.Text || html != m.HTML {
		t.Errorf("the parts are\n%q\n%q, not\n%q\n%q", text, html, m.Text, m.HTML)
	}
	want := []string{"Auto-Submitted", "Cc", "Content-Language", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
	var names []string
	for name, values := range header {
		names = append(names, name)
		if len(values) != 1 {
			t.Errorf("%s is there %d times", name, len(values))
		}
	}
	if slices.Sort(names); !slices.Equal(names, want) && !slices.Equal(names, slices.DeleteFunc(want, func(name string) bool { return name == "Cc" })) {
		t.Errorf("the headers are %v", names)
	}
	for name, want := range map[string][]Address{"From": {m.From}, "To": {{Address: m.To}}, "Cc": m.CC} {
		if name == "Cc" && len(want) == 0 {
			continue
		}
		list, err := header.AddressList(name)
		if err != nil || len(list) != len(want) {
			t.Errorf("%s is %q: %v", name, header.Get(name), err)
			continue
		}
		for i, a := range list {
			if a.Name != want[i].Name || a.Address != want[i].Address {
				t.Errorf("%s has %+v, not %+v", name, a, want[i])
			}
		}
	}
}

func TestMessagesAreWhole(t *testing.T) {
	t.Parallel()
	for _, language := range languages {
		r := renderer(t, RenderOptions{Language: language, PublicURL: testURL})
		for _, kind := range kinds() {
			checkMessage(t, render(t, r, body(kind, func(m *message) {
				m.SiteName = strings.Repeat("Zażółć gęślą jaźń ", 20)
				m.From, m.CC = "Büro, der \u00c4da (x) <confirm@example.com>", []string{"日本語の長い名前 <cc@example.com>", "ünal@example.com"}
			})))
		}
	}
}

// An encoded word could hold line breaks, which a receiver would see.
func TestTextThatLooksEncodedIsShownAsItIs(t *testing.T) {
	t.Parallel()
	const site = "=?utf-8?q?a=0D=0ABcc:_eve?="
	m := render(t, renderer(t, RenderOptions{}), body(host.MessageWelcome, func(m *message) { m.SiteName, m.From = site, site+" <a@example.com>" }))
	message, err := m.Message(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _, header := read(t, string(message))
	subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	from, fromErr := header.AddressList("From")
	if err != nil || fromErr != nil || subject != "Welcome to "+site || from[0].Name != site || strings.Contains(string(message), site) {
		t.Errorf("the subject is %q and the sender %v: %v, %v", subject, from, err, fromErr)
	}
}
