package configobj_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// outline writes a section with one entry per line and every place.
func outline(section *configobj.Section) string {
	var b strings.Builder
	for _, entry := range section.Entries {
		fmt.Fprintf(&b, "%d:%d %q = %d:%d ", entry.Line, entry.Column, entry.Key, entry.Value.Line, entry.Value.Column)
		if entry.Value.List {
			fmt.Fprintf(&b, "%q\n", entry.Value.Items)
		} else {
			fmt.Fprintf(&b, "%q\n", entry.Value.Items[0])
		}
	}
	for _, inner := range section.Sections {
		fmt.Fprintf(&b, "%d:%d section %d %q\n%s", inner.Line, inner.Column, inner.Depth, inner.Name, outline(inner))
	}
	return b.String()
}

func parse(t *testing.T, text string) *configobj.Section {
	t.Helper()
	file, errors := configobj.Parse(text)
	if len(errors) > 0 {
		t.Fatalf("Parse(%q) refused: %v", text, errors)
	}
	return file
}

func TestFileKeepsItsOrderAndPlaces(t *testing.T) {
	got := outline(parse(t, strings.Join([]string{
		"# a comment",
		"top = 1",
		"",
		"[main] # another",
		"  é = ü  # and another",
		"\tlist=a , b",
		"[[inner]]",
		"'quoted key' = '''one",
		"  two''' # more",
		"after = x",
		"[[[deep]]]",
		"[[ second ]]",
		`["a]b"]`,
		"top = 2",
	}, "\r\n")))
	want := `2:1 "top" = 2:7 "1"
4:1 section 1 "main"
5:3 "é" = 5:7 "ü"
6:2 "list" = 6:7 ["a" "b"]
7:1 section 2 "inner"
8:1 "quoted key" = 8:16 "one\n  two"
10:1 "after" = 10:9 "x"
11:1 section 3 "deep"
12:1 section 2 "second"
13:1 section 1 "a]b"
14:1 "top" = 14:7 "2"
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestByteOrderMarkIsIgnored(t *testing.T) {
	if got, want := outline(parse(t, "\ufeffa = b")), "1:1 \"a\" = 1:5 \"b\"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFileWithoutEntriesIsEmpty(t *testing.T) {
	for _, text := range []string{"", "\n", "\ufeff", " \t\u00a0\r\n\r\n", "# only a comment", "  # indented"} {
		if got := outline(parse(t, text)); got != "" {
			t.Errorf("Parse(%q) holds\n%s", text, got)
		}
	}
}

func TestErrorHasPlaceAndMessage(t *testing.T) {
	err := configobj.Error{Line: 3, Column: 14, Message: "what is wrong"}
	if got, want := err.Error(), "line 3, column 14: what is wrong"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
