package ssoconf

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/identity"
)

func TestKeywordsOfAddresses(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]string{ // "" if there is nothing to say
		"zato": "", "x.example": "", "@x.example": "", ".x.example": "", "@example": "", "ada@": "", "a+b": "", "@bücher.example": "", ".рф": "", "=": "",
		"ada@x.example": "", "xn--": "", "@xn--": "", "-": "", "é": "", "ＳＳＯ": "",

		"@.x.example":     "error: no dot next to",
		"..x":             "error: no dot next to",
		"ada.@x.example":  "error: no dot next to",
		"@x..example":     "error: no dot next to",
		"a@b@c":           "error: one @",
		"＠a＠":             "error: one @",
		"a b":             "error: no white space",
		"a\u00a0b":        "error: no white space",
		"a\tb":            "error: no white space",
		"<ada@x.example>": `error: no "<"`,
		`x\.example`:      `error: has no "\\"`,
		"x(1|2)":          `error: no "("`,
		"@*.x.example":    "error: a domain has only letters, digits",
		"@x_y.example":    "error: a domain has only letters, digits",
		"@-x.example":     "error: a hyphen",
		"@x-.example":     "error: a hyphen",
		"@x.-example":     "error: a hyphen",

		"@": "warning: is in every address", ".": "warning: is in every address", "．": "warning: is in every address",
		"*": "warning: has a *", "*@x.example": "warning: has a *", "*.x.example": "warning: has a *", "adm*": "warning: has a *",
		"@x.example.": "warning: does not name", ".x.example.": "warning: does not name", "@bücher.example.": "warning: does not name",
	} {
		problem, warning := addressKeyword(entry)
		got := ""
		switch {
		case problem != "" && warning != "":
			t.Errorf("%q: %s; %s", entry, problem, warning)
		case problem != "":
			got = "error: " + problem
		case warning != "":
			got = "warning: " + warning
		}
		kind, part, _ := strings.Cut(want, ": ")
		if !strings.HasPrefix(got, kind) || !strings.Contains(got, part) || want == "" && got != "" {
			t.Errorf("%q: %q, want %q", entry, got, want)
		}
	}
}

// TestRefusedKeywordsAreInNoAddress compares every short text with addresses
// around it: it is refused if and only if none contains it.
func TestRefusedKeywordsAreInNoAddress(t *testing.T) {
	t.Parallel()
	inAddress := func(text string) bool {
		for _, before := range []string{"", "a", "a@", "a@a", "a@a."} {
			for _, after := range []string{"", "a", ".aa", "a.aa", "@a.aa", "a@a.aa"} {
				if _, display, ok := identity.Address(before + text + after); ok && strings.Contains(identity.Fold(display), text) {
					return true
				}
			}
		}
		return false
	}
	for _, text := range append(shortTexts("a.@-*(", 4), shortTexts("1_+,é A", 3)...) {
		if text != strings.TrimSpace(text) {
			continue
		}
		problem, _ := addressKeyword(text)
		if found := inAddress(identity.Fold(text)); found == (problem != "") {
			t.Errorf("%q is in an address: %v, but: %q", text, found, problem)
		}
	}
}

// shortTexts returns all texts of at most this many letters.
func shortTexts(letters string, most int) []string {
	var all []string
	last := []string{""}
	for range most {
		var longer []string
		for _, text := range last {
			for _, letter := range letters {
				longer = append(longer, text+string(letter))
			}
		}
		all, last = append(all, longer...), longer
	}
	return all
}

func TestKeywordsWithUnexpectedMeaningGetWarnings(t *testing.T) {
	t.Parallel()
	const rest = "[apps]\nsignup_allowed=CRM\n[main]\nsmtp_conn=mail\n[signup]\nis_approval_needed=0\n[user_validation]\n"
	const domains = "remove it, or write @x.example for a domain and .x.example for its subdomains"
	_, warnings := parseConfig(t, rest+"reject_email=a, @, *, *b, '', .\nreject_username=root, admin*\n[password]\nexpiry=0")
	checkNotices(t, "warnings", warnings, []string{
		`line 8, column 14: user_validation.reject_email: entry 2, "@", is in every address, so that nobody can sign up with one: ` + domains +
			`; entry 3, "*", has a *, which means itself, because entries are not patterns: ` + domains + "; entry 5 is empty and has no effect: remove it",
		`line 9, column 17: user_validation.reject_username: entry 2, "admin*", has a *, which means itself, because entries are not patterns: remove the *`,
	})
	checkNotices(t, "errors", configErrors(t, rest+"reject_email=a, @.x.example, ..x"), []string{
		`line 8, column 14: user_validation.reject_email: entry 2, "@.x.example", refuses no address, because an address has no dot next to another dot or to its @: ` + domains,
	})
}
