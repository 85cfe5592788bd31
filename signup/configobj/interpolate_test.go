package configobj_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/configobj"
)

// What ConfigObj 5.0.9 makes of the same files is the same.
func TestNamesInValuesStandForOtherValues(t *testing.T) {
	const file = "host = %s\n[DEFAULT]\nport = 80\nhost = elsewhere\n[a]\nname = %s\nport = 81\n[[DEFAULT]]\npath = /x\n[[b]]\nurl = %s"
	for _, test := range []struct{ host, name, url, want string }{
		{"h", "n", "%(host)s", "h"},
		{"h", "n", "%(name)s-%(port)s%(path)s", "n-81/x"},
		{"h", "%(host)s!", "%(name)s, %(name)s", "h!,h!"},
		{"h", "n", "'%(host)s, %(port)s'", "h, 81"},
		{"%(port)s", "n", "%(host)s", "81"}, // as it means it there
		{"h", "n", "100% %s %(host) %%(host)s%(host)ss", "100% %s %(host) %hhs"},
		{"", "n", "(%(host)s)", "()"},
		{"h", "n", "%(%(host)s", "?"},
		{"h", "n", "%()s", "?"},
		{"h", "n", "%(Host)s", "?"},
		{"h", "n", "%(a)s", "?"}, // is a section
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

func TestMistakesInNamesAreToldWithTheirPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\nb =  %(c)s":               "2:6 %(c)s stands for the value of a key that is not there",
		"a = x, %(b)s\nb = y, z":          "1:5 %(b)s is a list",
		"a = %(b)s\nb = %(a)s":            "1:5 the value leads back to itself through %(a)s|2:5 the value leads back to itself through %(b)s",
		"a = %(b)s\nDEFAULT = %(a)s\n":    "1:5 %(b)s is looked for in DEFAULT, which is a key|2:11 %(b)s is looked for in DEFAULT, which is a key",
		"[s]\na = '''\n%(b)s'''\nc = %( ": "2:5 %(b)s stands for",
	} {
		_, errors := configobj.Parse(text)
		var got []string
		for _, err := range errors {
			got = append(got, fmt.Sprintf("%d:%d %s", err.Line, err.Column, err.Message))
		}
		if !slices.EqualFunc(got, strings.Split(want, "|"), strings.HasPrefix) {
			t.Errorf("%q: told %q, want %q", text, got, want)
		}
	}
}

// Each value names the one before it twice, or once: ConfigObj would need all
// memory for the first, and more stack than Python has for the second.
func TestInterpolationIsBounded(t *testing.T) {
	for part, want := range map[string]string{"%%(k%d)s%%(k%d)s": "make the file grow by more than 1048576 bytes", "%%(k%d)s": "more than 100 deep"} {
		file := "k0 = x\n"
		for i := 1; i < 2000; i++ {
			file += fmt.Sprintf("k%d = "+strings.ReplaceAll(part, "%d", fmt.Sprint(i-1))+"\n", i)
		}
		file = strings.ReplaceAll(file, "%%", "%")
		parsed, errors := configobj.Parse(file)
		if parsed != nil || !strings.Contains(errors[len(errors)-1].Message, want) {
			t.Errorf("%s: told %v", part, errors)
		}
	}
}

func TestValuesStandWithinAHundredOthersAtMost(t *testing.T) {
	for within, ok := range map[int]bool{99: true, 100: false} {
		file := "k0 = x\n"
		for i := 1; i <= within; i++ {
			file += fmt.Sprintf("k%d = %%(k%d)s\n", i, i-1)
		}
		if _, errors := configobj.Parse(file); (errors == nil) != ok {
			t.Errorf("within %d others: told %v", within, errors)
		}
	}
}

func TestAFileGrowsByAMebibyteAtMost(t *testing.T) {
	for times, ok := range map[int]bool{1000: true, 1100: false} { // a KiB each
		file := "k = " + strings.Repeat("x", 1024) + "\nmany = " + strings.Repeat("%(k)s", times) + "\n"
		if _, errors := configobj.Parse(file); (errors == nil) != ok {
			t.Errorf("%d KiB: told %v", times, errors)
		}
	}
}
