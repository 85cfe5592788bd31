package configobj_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// ConfigObj 5.0.9 reads the same files in the same way.
func TestNamesInValuesReferToOtherValues(t *testing.T) {
	const file = "host = %s\n[DEFAULT]\nport = 80\nhost = elsewhere\n[a]\nname = %s\nport = 81\n[[DEFAULT]]\npath = /x\n[[b]]\nurl = %s"
	for _, test := range []struct{ host, name, url, want string }{
		{"h", "n", "%(host)s", "h"},
		{"h", "n", "%(name)s-%(port)s%(path)s", "n-81/x"},
		{"h", "%(host)s!", "%(name)s, %(name)s", "h!,h!"},
		{"h", "n", "'%(host)s, %(port)s'", "h, 81"},
		{"%(port)s", "n", "%(host)s", "81"}, // looked up from where it is used
		{"h", "n", "100% %s %(host) %%(host)s%(host)ss", "100% %s %(host) %hhs"},
		{"", "n", "(%(host)s)", "()"},
		{"h", "n", "%(%(host)s", "?"},
		{"h", "n", "%()s", "?"},
		{"h", "n", "%(Host)s", "?"},
		{"h", "n", "%(a)s", "?"}, // a is a section
		{"h,", "n", "%(host)s", "?"},
		{"%(name)s", "%(host)s", "x", "?"},
		{"h", "n", "%(url)s", "?"},
	} {
		parsed, errors := configobj.Parse(fmt.Sprintf(file, test.host, test.name, test.url))
		got := "?"
		if len(errors) == 0 {
			got = strings.Join(parsed.Sections[1].Sections[1].Entries[0].Value.Items, ",")
		}
		if got != test.want {
			t.Errorf("%+v: %q, %v", test, got, errors)
		}
	}
}

func TestMistakesInNamesAreReportedWithTheirPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\nb =  %(c)s":               "2:6 %(c)s refers to a key that does not exist",
		"a = x, %(b)s\nb = y, z":          "1:5 %(b)s is a list",
		"a = %(b)s\nb = %(a)s":            "1:5 the value leads back to itself through %(a)s|2:5 the value leads back to itself through %(b)s",
		"a = %(b)s\nDEFAULT = %(a)s\n":    "1:5 %(b)s is looked up in DEFAULT, which is a key|2:11 %(b)s is looked up in DEFAULT, which is a key",
		"[s]\na = '''\n%(b)s'''\nc = %( ": "2:5 %(b)s refers to",
	} {
		_, errors := configobj.Parse(text)
		var got []string
		for _, err := range errors {
			got = append(got, fmt.Sprintf("%d:%d %s", err.Line, err.Column, err.Message))
		}
		if !slices.EqualFunc(got, strings.Split(want, "|"), strings.HasPrefix) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Each value refers to the one before it twice, or once. ConfigObj runs out of
// memory on the first, and out of Python's stack on the second.
func TestInterpolationIsBounded(t *testing.T) {
	for part, want := range map[string]string{"%%(k%d)s%%(k%d)s": "make the file grow by more than 1048576 bytes", "%%(k%d)s": "more than 100 deep"} {
		file := "k0 = x\n"
		for i := 1; i < 2000; i++ {
			file += fmt.Sprintf("k%d = "+strings.ReplaceAll(part, "%d", fmt.Sprint(i-1))+"\n", i)
		}
		file = strings.ReplaceAll(file, "%%", "%")
		parsed, errors := configobj.Parse(file)
		if parsed != nil || !strings.Contains(errors[len(errors)-1].Message, want) {
			t.Errorf("%s: got %v", part, errors)
		}
	}
}

func TestValuesNestAtMostAHundredDeep(t *testing.T) {
	for within, ok := range map[int]bool{99: true, 100: false} {
		file := "k0 = x\n"
		for i := 1; i <= within; i++ {
			file += fmt.Sprintf("k%d = %%(k%d)s\n", i, i-1)
		}
		if _, errors := configobj.Parse(file); (errors == nil) != ok {
			t.Errorf("within %d others: got %v", within, errors)
		}
	}
}

func TestAFileGrowsByAtMostAMebibyte(t *testing.T) {
	for times, ok := range map[int]bool{1000: true, 1100: false} { // a KiB each
		file := "k = " + strings.Repeat("x", 1024) + "\nmany = " + strings.Repeat("%(k)s", times) + "\n"
		if _, errors := configobj.Parse(file); (errors == nil) != ok {
			t.Errorf("%d KiB: got %v", times, errors)
		}
	}
}
