package advice

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

func TestEveryKeyHasAMeaning(t *testing.T) {
	settings, err := ssoconf.ParseSettings("")
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for key := range meanings {
		left[key] = true
	}
	for _, s := range settings {
		meaning := meanings[s.Path()]
		first, _ := utf8.DecodeRuneInString(meaning)
		if !strings.HasSuffix(meaning, ".") || strings.Contains(meaning, "\n") || !unicode.IsUpper(first) && !strings.HasPrefix(meaning, "verify ") {
			t.Errorf("the meaning of %s is no sentence: %q", s.Path(), meaning)
		}
		if number, isNumber := s.Value.(int); isNumber && !strings.ContainsFunc(meaning, unicode.IsDigit) &&
			!containsAny(meaning, "How often", "number of", "code points", "in KiB") {
			t.Errorf("the meaning of %s, %d, has no unit: %q", s.Path(), number, meaning)
		}
		delete(left, s.Path())
	}
	for key := range left {
		t.Errorf("%s has a meaning, and is no key", key)
	}
}

func containsAny(text string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func TestExplanationsSayWhereValuesComeFrom(t *testing.T) {
	explained, err := Explain("[password]\nmin_length = 15\n[signup]\nemail_required=False\n[apps]\nlogin_metadata_allowed=CRM\n")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Explanation{}
	for _, e := range explained {
		found[e.Key] = e
		if e.Meaning == "" {
			t.Errorf("%s has no meaning", e.Key)
		}
	}
	for _, want := range []Explanation{
		{"password.min_length", 15, FromFile, 2, 14, ""},
		{"password.max_length", 256, FromOriginal, 0, 0, ""},
		{"signup.is_email_required", false, FromFile, 4, 16, ""},
		{"apps.login_metadata_allowed", nil, FromFile, 6, 24, ""},
		{"apps.signup_allowed", []string{}, FromOriginal, 0, 0, ""},
		{"enrol.argon2_memory", 19456, FromEnrol, 0, 0, ""},
		{"login.inform_if_not_confirmed", false, FromEnrol, 0, 0, ""},
	} {
		want.Meaning = meanings[want.Key]
		if got := found[want.Key]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %+v, want %+v", want.Key, got, want)
		}
	}
	if _, there := found["signup.email_required"]; there {
		t.Error("an old name is explained, whose value is in force under the new one")
	}
	if empty, err := Explain(""); err != nil || slices.ContainsFunc(empty, func(e Explanation) bool { return e.Value == nil }) {
		t.Errorf("a key without effect is explained that the file does not have: %v", err)
	}
}
