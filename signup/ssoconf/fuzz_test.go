package ssoconf

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParseConfig checks that a file is either accepted or refused with
// reasons, and that every notice is about a place in the file.
func FuzzParseConfig(f *testing.F) {
	f.Add("")
	f.Add(everyKey)
	f.Add("[password]\nmin_length=9\nmax_length=8\n[apps]\nall=a,\nsignup_allowed=b")
	f.Add("[signup]\nemail_required=0\nis_email_required=%(email_required)s\nfrob=1\n[[x]]\n[sginup]\n")
	f.Fuzz(func(t *testing.T, text string) {
		config, warnings, err := Parse(text)
		if (config == nil) == (err == nil) {
			t.Fatal("there are both a configuration and errors, or neither")
		}
		notices := warnings
		if err != nil {
			all, ok := errors.AsType[*Error](err)
			if !ok || len(all.Notices) == 0 || strings.Contains(err.Error(), "\n") {
				t.Fatalf("the error is %v", err)
			}
			notices = slices.Concat(warnings, all.Notices)
		}
		lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
		for _, n := range notices {
			if n.Message == "" || n.Line == 0 && n.Column != 0 ||
				n.Line > 0 && (n.Line > len(lines) || n.Column < 1 || n.Column > utf8.RuneCountInString(lines[n.Line-1])+1) {
				t.Errorf("the notice %+v has no place", n)
			}
		}
		settings, again := ParseSettings(text)
		if !reflect.DeepEqual(again, err) || (settings == nil) != (err != nil) {
			t.Errorf("the settings end with %v, the configuration with %v", again, err)
		}
		if config != nil {
			checkSound(t, config, notices)
		}
	})
}

// checkSound checks what the rest of the core relies on, and that settings
// without effect get a warning.
func checkSound(t *testing.T, c *Config, notices []Notice) {
	switch {
	case c.Password.MinLength < 0 || c.Password.MinLength == 0 && len(notices) == 0 || c.Password.MaxLength < c.Password.MinLength || c.Password.MaxLength > 1024:
		t.Errorf("passwords have %d to %d characters", c.Password.MinLength, c.Password.MaxLength)
	case c.Enrol.Argon2Memory < 8*c.Enrol.Argon2Parallelism || c.Enrol.Argon2Iterations < 1 || c.HashSecret.Rounds < 1000 || c.HashSecret.SaltSize < 16:
		t.Errorf("hashes are weak: %+v %+v", c.Enrol, c.HashSecret)
	case len(c.Signup.CallbackServiceList) > maxServices || len(c.UserValidation.Service) > maxServices:
		t.Error("there are too many services")
	case slices.Contains(c.Password.RejectList, "") || slices.Contains(c.UserValidation.RejectUsername, "") || slices.Contains(c.UserValidation.RejectEmail, ""):
		t.Error("an empty keyword refuses everything")
	case c.Enrol.Buckets < 1 || c.Enrol.Buckets > MaxBuckets:
		t.Errorf("there are %d buckets", c.Enrol.Buckets)
	}
	for _, app := range append(slices.Clone(c.Apps.SignupAllowed), c.Apps.LoginAllowed...) {
		if !slices.Contains(c.Apps.All, app) && len(notices) == 0 {
			t.Errorf("nothing warns that the application %q is not in all", app)
		}
	}
}

// Each of these has the greatest length. A parser that reads parts repeatedly
// takes minutes.
func TestLongConfigsTakeLinearTime(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ start, repeated string }{
		{"", "["}, {"", `"`}, {"", "]"}, {"", "=\n"}, {"", "a=\n"}, {"[signup]\n", "frob=1\n"}, {"", "[main]\n"},
		{"[password]\nreject_list = ", "a,"}, {"[password]\nreject_list = ", `"a",`}, {"[password]\nreject_list = '''", "a\n"},
		{"[apps]\nall = ", `"x", '`}, {"[apps]\nall = '''\n", "a\nb\n"}, {"[main]\nsite_name = ", "%("}, {"[main]\nsite_name = x", "%(site_name)s"},
		{"[signup]\ncallback_service_list = ", "https://a,"}, {"[", "a"}, {"[main]\n", "[["},
	} {
		text := test.start + strings.Repeat(test.repeated, (maxConfigLength-len(test.start))/len(test.repeated))
		if config, _, err := Parse(text); (config == nil) == (err == nil) {
			t.Errorf("%q and so on: there are both a configuration and errors, or neither", text[:16])
		}
	}
	var b strings.Builder
	b.WriteString("[signup]\n")
	for i := 0; b.Len() < maxConfigLength-20; i++ {
		b.WriteString("email_" + numberName(i) + "=1\n")
	}
	if _, warnings, err := Parse(b.String()); err != nil || len(warnings) < 50_000 {
		t.Errorf("%d warnings, %v", len(warnings), err)
	}
}

// numberName returns a different word of letters for every number.
func numberName(n int) string {
	word := []byte{byte('a' + n%26)}
	for n /= 26; n > 0; n /= 26 {
		word = append(word, byte('a'+n%26))
	}
	return string(word)
}
