package mail

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every language says what English says: the same blocks, with the same
// placeholders in each alternative.
func TestCataloguesSayTheSame(t *testing.T) {
	catalogues, _, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	english := catalogues[english]
	for language, c := range catalogues {
		if c.language != language || c.direction != "ltr" {
			t.Errorf("%s is %s, %s", language, c.language, c.direction)
		}
		for _, placeholder := range []string{"link", "signup_link"} {
			if c.labels[placeholder] == "" || len(c.labels) != 2 {
				t.Errorf("%s: the labels are %v", language, c.labels)
			}
		}
		for _, kind := range kinds() {
			own, other := c.mails[kind], english.mails[kind]
			if len(own.blocks) != len(other.blocks) {
				t.Errorf("%s, %s: there are %d blocks", language, kind, len(own.blocks))
				continue
			}
			for i := range own.blocks {
				for j := range max(len(own.blocks[i]), len(other.blocks[i])) {
					if j >= len(own.blocks[i]) || j >= len(other.blocks[i]) {
						t.Errorf("%s, %s, block %d: there are %d alternatives", language, kind, i, len(own.blocks[i]))
						break
					}
					a, b := own.blocks[i][j], other.blocks[i][j]
					if !slices.Equal(slices.Sorted(slices.Values(a.names)), slices.Sorted(slices.Values(b.names))) || len(a.paragraphs) != len(b.paragraphs) {
						t.Errorf("%s, %s, block %d: the placeholders are %v", language, kind, i, a.names)
					}
				}
			}
		}
	}
}

// The languages are those that the npm package has texts for status codes in.
func TestMailsHaveTheLanguagesOfTheStatusCodes(t *testing.T) {
	paths, err := filepath.Glob("../../bindings/js/src/messages/*.ts")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no texts", err)
	}
	language := regexp.MustCompile(`\n  language: "([^"]+)",`)
	var found []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if match := language.FindStringSubmatch(string(text)); match != nil {
			found = append(found, match[1])
		}
	}
	if want := slices.Sorted(slices.Values(Languages())); !slices.Equal(slices.Sorted(slices.Values(found)), want) {
		t.Errorf("there are texts in %v and mails in %v", found, want)
	}
}

func TestTimesAreWrittenInEachLanguage(t *testing.T) {
	catalogues, _, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 12, 1, 0, 5, 0, 0, time.FixedZone("", 3600))
	for language, want := range map[string]string{
		"en": "30 November 2026, 23:05 (UTC)", "de": "30. November 2026, 23:05 Uhr (UTC)", "es": "30 de noviembre de 2026, 23:05 (UTC)",
		"fr": "30 novembre 2026, 23:05 (UTC)", "ja": "2026年11月30日 23:05（UTC）", "pl": "30 listopada 2026, 23:05 (UTC)",
		"pt-BR": "30 de novembro de 2026, 23:05 (UTC)",
	} {
		if got := catalogues[language].timeOf(at); got != want {
			t.Errorf("%s: %s", language, got)
		}
	}
}

func TestBrokenCataloguesAreNoticed(t *testing.T) {
	data, err := embedded.ReadFile("catalogue/en.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"{d} {month}", "{e} {month}", "day: "},
		{"{hh}:", "{h}:", "time: "},
		{`"January", `, "", "11 months"},
		{"Welcome to {site_name}", "Welcome to {token}", "welcome: the subject"},
		{"Welcome to {site_name}", "", "welcome: the subject"},
		{"Reason: {reason}", "Reason: {token}", "rejected: {token} is not"},
		{`"welcome": {`, `"bienvenue": {`, "welcome: the subject"},
		{`"mails": {`, `"mails": { "other": {}, `, "kinds"},
		{`"mails": {`, `"mails": [`, "invalid"},
	} {
		if _, err := readCatalogue([]byte(strings.Replace(string(data), c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}
