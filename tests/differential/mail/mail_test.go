//go:build differential

// Package mail has the mails of host/mail read by Python's email package, and their
// signatures verified by dkimpy.
package mail

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/mail"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/tests/differential/peer"
)

// recorded is a case of host/mail/testdata/mails.json: each kind of mail in each
// language, and more.
type recorded struct {
	Name      string    `json:"name"`
	Language  string    `json:"language"`
	PublicURL string    `json:"public_url"`
	ID        string    `json:"id"`
	Body      string    `json:"body"`
	Mail      mail.Mail `json:"mail"`
}

type given struct {
	Message string `json:"message"`
	Record  string `json:"record"`
}

type part struct {
	Type     string `json:"type"`
	Charset  string `json:"charset"`
	Encoding string `json:"encoding"`
	Text     string `json:"text"`
}

type seen struct {
	Wrong []string `json:"wrong"`
	ASCII struct {
		Headers bool `json:"headers"`
		Body    bool `json:"body"`
	} `json:"ascii"`
	Longest  int            `json:"longest"`
	Bare     bool           `json:"bare"`
	Type     string         `json:"type"`
	Parts    []string       `json:"parts"`
	Subject  string         `json:"subject"`
	From     []mail.Address `json:"from"`
	To       []mail.Address `json:"to"`
	CC       []mail.Address `json:"cc"`
	BCC      *string        `json:"bcc"`
	Date     string         `json:"date"`
	ID       string         `json:"id"`
	Auto     string         `json:"auto"`
	Language string         `json:"language"`
	Plain    part           `json:"plain"`
	HTML     part           `json:"html"`
	Signed   bool           `json:"signed"`
	Forged   bool           `json:"forged"`
}

// key is a key of DKIM and its record in the DNS.
type key struct {
	private crypto.Signer
	record  string
}

func keys(t *testing.T) []key {
	t.Helper()
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(long.Public())
	if err != nil {
		t.Fatal(err)
	}
	public, short, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return []key{
		{long, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)},
		{short, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)},
	}
}

func TestMessagesAreReadAsTheyAreMeant(t *testing.T) {
	text, err := os.ReadFile("../../../host/mail/testdata/mails.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []recorded
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 7*8 {
		t.Fatalf("there are only %d mails", len(all))
	}
	signing := keys(t)
	var messages []given
	var mails []*mail.Mail
	for _, c := range all {
		renderer, err := mail.NewRenderer(mail.RenderOptions{Language: c.Language, PublicURL: c.PublicURL})
		if err != nil {
			t.Fatal(err)
		}
		m, err := renderer.Render(signup.ServiceCall{Headers: signup.WebhookHeaders{ID: c.ID}, Body: c.Body})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range signing {
			message, err := m.Message(&mail.DKIM{Domain: "example.com", Selector: "mail2026", Key: k.private})
			if err != nil {
				t.Fatal(err)
			}
			messages = append(messages, given{base64.StdEncoding.EncodeToString(message), k.record})
			mails = append(mails, m)
		}
	}
	for i, got := range peer.Python[given, seen](t, "messages.py", messages) {
		check(t, all[i/len(signing)].Name, got, mails[i])
	}
}

func check(t *testing.T, name string, got seen, want *mail.Mail) {
	t.Helper()
	wrong := func(what string, value any) { t.Errorf("%s: %s: %v", name, what, value) }
	if len(got.Wrong) > 0 {
		wrong("defects", got.Wrong)
	}
	local, _, _ := strings.Cut(want.To, "@")
	if plain := !strings.ContainsFunc(local, func(r rune) bool { return r > '~' }); got.ASCII.Headers != plain || !got.ASCII.Body {
		wrong("not ASCII", got.ASCII)
	}
	if got.Longest > 78 || got.Bare { // RFC 5322 advises 78, and allows 998
		wrong("a line is too long or has a bare line break", got.Longest)
	}
	if got.Type != "multipart/alternative" || !slices.Equal(got.Parts, []string{"text/plain", "text/html"}) {
		wrong("the structure", got.Parts)
	}
	if got.Subject != want.Subject {
		wrong("the subject", got.Subject)
	}
	if !slices.Equal(got.From, []mail.Address{want.From}) || !slices.Equal(got.To, []mail.Address{{Address: want.To}}) || !slices.Equal(got.CC, want.CC) || got.BCC != nil {
		wrong("the addresses", []any{got.From, got.To, got.CC, got.BCC})
	}
	if got.Date != "2026-03-01T23:59:58+00:00" || got.ID != want.Headers["Message-ID"] || got.Auto != "auto-generated" || got.Language != want.Language {
		wrong("the headers", []string{got.Date, got.ID, got.Auto, got.Language})
	}
	for _, p := range []struct{ got, want part }{
		{got.Plain, part{"text/plain", "utf-8", "quoted-printable", want.Text}}, {got.HTML, part{"text/html", "utf-8", "quoted-printable", want.HTML}},
	} {
		if p.got != p.want {
			wrong("a part", p.got)
		}
	}
	if !got.Signed {
		wrong("the signature is", "invalid")
	}
	if got.Forged {
		wrong("a second subject", "passes")
	}
}
