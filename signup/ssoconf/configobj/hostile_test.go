package configobj_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// For each of these, a parser that backtracks or copies needs time proportional
// to the square of the length, which is minutes here.
func TestTimeIsLinear(t *testing.T) {
	const length = 1 << 20
	for _, test := range []struct{ start, repeated, end string }{
		{"", "[", ""},
		{"", "[", strings.Repeat("]", length)},
		{"[", "a ] ", "a"},
		{`["`, `"`, ""},
		{`["  `, `  "`, ""},
		{`["`, `"]`, "a"},
		{"", `"`, ""},
		{`"`, `" `, ""},
		{`"a`, `" b`, " = c"},
		{"a = ", `"`, ""},
		{"a = ", `"",`, ""},
		{"a = ", `" `, "b"},
		{"a = ", "b,", ""},
		{`a = "b" #`, ` "`, ""},
		{"a = ", `"a, `, ""},
		{"a = ", `"a, `, `"`},
		{"a = ", `"a", '`, ""},
		{"a = ", `a, ", `, `' #`},
		{"a = ", `, `, "a"},
		{"a = ", `"#`, ","},
		{"a = ", `" #, `, ""},
		{"a = ", "%(", ""},
		{"a = ", "%(a)", ""},
		{"a = ", "%(a)s", ""},
		{"b = x\na = ", "%(b)s", ""},
		{"", "[[[", "]"},
		{"", "[ ", "a"},
		{"a = ", "'", ""},
		{"a = '''", "'''b", ""},
		{"a = '''", "''' ", "b"},
		{"a = '''", "\n", ""},
		{"", "a = '''b\n", ""},
		{"", "a = \"\"\"\n", ""},
		{"a = ", "\u00a0", "b"},
		{"", "=", ""},
		{"", "\x00", ""},
		{"", "\x00\n", ""},
		{"", "\xff", ""},
		{"", "[a]\n", ""},
		{"", "a\n", ""},
	} {
		text := test.start + strings.Repeat(test.repeated, length/len(test.repeated)) + test.end
		file, errors := configobj.Parse(text)
		if (file == nil) != (len(errors) > 0) {
			t.Errorf("%q and so on returned both a file and errors, or neither", text[:16])
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "a = b", "[a]\n[[b]]\nc = d, 'e', \"f\" # g", "a = '''b\nc'''\n", "\ufeff[ 'a' ]\r\n\"b\" = ,", "a = \"b\" # \"c\", d", "[[a]\n= b\nc = \x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, errors := configobj.Parse(text)
		if (file == nil) != (len(errors) > 0) {
			t.Fatal("there are both a file and errors, or neither")
		}
		lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
		inFile := func(line, column int) {
			if line < 1 || line > len(lines) || column < 1 || column > utf8.RuneCountInString(lines[line-1])+1 {
				t.Errorf("the place %d:%d does not exist", line, column)
			}
		}
		for _, err := range errors {
			inFile(err.Line, err.Column)
		}
		if file != nil {
			checkSection(t, file, inFile)
		}
	})
}

func checkSection(t *testing.T, section *configobj.Section, inFile func(line, column int)) {
	names := map[string]bool{}
	once := func(name string) {
		if names[name] {
			t.Errorf("there are two of %q", name)
		}
		names[name] = true
	}
	for _, entry := range section.Entries {
		once(entry.Key)
		inFile(entry.Line, entry.Column)
		inFile(entry.Value.Line, entry.Value.Column)
		if !entry.Value.List && len(entry.Value.Items) != 1 {
			t.Errorf("%q is not a list and has %d texts", entry.Key, len(entry.Value.Items))
		}
	}
	for _, inner := range section.Sections {
		once(inner.Name)
		inFile(inner.Line, inner.Column)
		if inner.Depth != section.Depth+1 {
			t.Errorf("%q at depth %d is in a section at depth %d", inner.Name, inner.Depth, section.Depth)
		}
		checkSection(t, inner, inFile)
	}
}
