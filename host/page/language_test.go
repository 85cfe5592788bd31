package page_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

func TestLanguageOfAPage(t *testing.T) {
	w := newWorld(t, page.Options{}, "[enrol]", "[enrol]\nlanguage=pl")
	for _, test := range []struct{ query, accept, want string }{
		{"", "", "pl"},
		{"", "de-AT, en;q=0.5", "de"},
		{"", "sv, *;q=0.1", "pl"},
		{"", "pt-PT", "pt-BR"},
		{"", "en-GB", "en"},
		{"", "ja;q=0.9, fr", "fr"},
		{"", ";;;", "pl"},
		{"", strings.Repeat("de,", 1_000), "pl"},
		{"?lang=es", "de", "es"},
		{"?lang=PT-br", "de", "pt-BR"},
		{"?lang=xx", "de", "de"},
		{"?lang=%3Cscript%3E", "", "pl"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/signup"+test.query, nil)
		r.Header.Set("Accept-Language", test.accept)
		answer := w.do(r)
		if got := answer.Header().Get("Content-Language"); got != test.want || !strings.Contains(answer.Body.String(), `<html lang="`+test.want+`" dir="ltr">`) {
			t.Errorf("%s %.20s: got %s, want %s", test.query, test.accept, got, test.want)
		}
	}
}

func TestLinksKeepLanguageAndApplication(t *testing.T) {
	w := newWorld(t, page.Options{})
	websitetest.Expect(t, w.get("/signup?app=Billing&lang=de"), http.StatusOK,
		`action="signup?app=Billing&amp;lang=de"`, `href="resend?app=Billing&amp;lang=de"`, `href="?app=Billing&amp;lang=fr"`, "Konto erstellen")
	websitetest.ExpectRedirect(t, w.post("/signup?app=Billing&lang=de", ada...), "signup/sent?app=Billing&lang=de")
	messages := w.sent()
	if len(messages) != 1 {
		t.Fatalf("got %d messages", len(messages))
	}
}

// Every page, and every error of every form, is shown in every language.
func TestPagesInEveryLanguage(t *testing.T) {
	w := newWorld(t, page.Options{Limits: page.Limits{Signup: -1, Confirm: -1, Resend: -1}}, "[enrol]", "[enrol]\nconfirm_requires_password=True")
	seen := map[string]string{}
	for _, language := range ssoconf.Languages() {
		query := "?lang=" + language
		for name, answer := range map[string]*httptest.ResponseRecorder{
			"signup": w.get("/signup" + query), "sent": w.get("/signup/sent" + query), "confirm": w.get("/confirm" + query),
			"confirmed": w.get("/confirmed" + query), "resend": w.get("/resend" + query), "absent": w.get("/frob" + query),
			"signup, refused":  w.post("/signup"+query, "username", "a b", "email", "x", "password", "short"),
			"confirm, refused": w.post("/confirm"+query, "token", "x", "password", "x"),
			"resend, refused":  w.post("/resend" + query),
		} {
			body := answer.Body.String()
			main := regexp.MustCompile(`(?s)<main.*</main>`).FindString(body)
			if answer.Code == http.StatusInternalServerError || main == "" {
				t.Fatalf("%s, %s: %d %s", name, language, answer.Code, body)
			}
			text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(main, "")
			if other, again := seen[text]; again {
				t.Errorf("%s has the same text in %s and %s", name, language, other)
			}
			seen[text] = language
			if strings.Contains(text, "{") || strings.Contains(body, "ZgotmplZ") {
				t.Errorf("%s, %s: a placeholder is left: %s", name, language, body)
			}
		}
	}
}

// catalogueFile is what the tests need of a catalogue.
type catalogueFile struct {
	Language, Name, Direction string
	Texts, Codes              map[string]string
}

func readCatalogue(t *testing.T, language string) (c catalogueFile) {
	t.Helper()
	data, err := os.ReadFile("catalogue/" + language + ".json")
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// All catalogues have the same texts, with the same placeholders, and all of them
// are used.
func TestCataloguesHaveTheSameTexts(t *testing.T) {
	english := readCatalogue(t, "en")
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for _, language := range ssoconf.Languages() {
		c := readCatalogue(t, language)
		if c.Language != language || c.Name == "" || c.Direction != "ltr" {
			t.Errorf("%s: it begins with %q, %q, %q", language, c.Language, c.Name, c.Direction)
		}
		for _, both := range [][2]map[string]string{{english.Texts, c.Texts}, {english.Codes, c.Codes}} {
			if want, got := slices.Sorted(maps.Keys(both[0])), slices.Sorted(maps.Keys(both[1])); !slices.Equal(want, got) {
				t.Errorf("%s: the texts are %v, want %v", language, got, want)
			}
			for key, text := range both[1] {
				if text == "" || !slices.Equal(placeholder.FindAllString(text, -1), placeholder.FindAllString(both[0][key], -1)) {
					t.Errorf("%s: %s is %q", language, key, text)
				}
			}
		}
	}
}
