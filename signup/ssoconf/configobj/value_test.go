package configobj_test

import (
	"slices"
	"testing"
)

// ConfigObj 5.0.9 reads the same values in the same way.
func TestValueIsATextOrAList(t *testing.T) {
	type items = []string
	for _, test := range []struct {
		written string
		list    bool
		items   []string
	}{
		{``, false, items{""}},
		{`# nothing but a comment`, false, items{""}},
		{`a`, false, items{"a"}},
		{`a b`, false, items{"a b"}},
		{`a = b`, false, items{"a = b"}},
		{`a#b`, false, items{"a"}},
		{`a # b, c`, false, items{"a"}},
		{"a \u00a0\t ", false, items{"a"}},
		{`C:\new`, false, items{`C:\new`}},
		{`[a]`, false, items{"[a]"}},

		{`""`, false, items{""}},
		{`''`, false, items{""}},
		{`" a "`, false, items{" a "}},
		{`"a, b"`, false, items{"a, b"}},
		{`"a # b"`, false, items{"a # b"}},
		{`"a" # b`, false, items{"a"}},
		{`"a"# b`, false, items{"a"}},
		{`"a" # "b"`, false, items{"a"}},
		{`"a" # 'b', c`, false, items{"a"}},
		{`"it's"`, false, items{"it's"}},
		{`'say "a"'`, false, items{`say "a"`}},
		{`it's`, false, items{"it's"}},
		{`a "b" c`, false, items{`a "b" c`}},
		{`"a" "b"`, false, items{`a" "b`}},
		{`"a "b" c"`, false, items{`a "b" c`}},

		{`,`, true, nil},
		{`, # empty`, true, nil},
		{`a,`, true, items{"a"}},
		{`a, # one`, true, items{"a"}},
		{`"",`, true, items{""}},
		{`a,b`, true, items{"a", "b"}},
		{`a , b ,`, true, items{"a", "b"}},
		{`a, b # c, d`, true, items{"a", "b"}},
		{`a, "b, c", 'd'`, true, items{"a", "b, c", "d"}},
		{`"a" b", c`, true, items{`a" b`, "c"}},
		{`"a" # "b", c`, true, items{`a" # "b`, "c"}},
		{`a, "b, c`, true, items{"a", `"b`, "c"}},
		{`a, "b" c, d`, true, items{"a", `"b" c`, "d"}},
		{`a, ", b`, true, items{"a", "", "b"}},
		{`it's, isn't`, true, items{"it's", "isn't"}},
		{`a, """b"""`, true, items{"a", `""b""`}},

		{`""""""`, false, items{""}},
		{`"""a"""`, false, items{"a"}},
		{`'''a, 'b' # c''' # d`, false, items{"a, 'b' # c"}},
		{`'''a''' '''`, false, items{"a''' "}},
		{`''''a''''`, false, items{"'a'"}},
		{"'''\n  a\n\n  b # c\n'''# d", false, items{"\n  a\n\n  b # c\n"}},
		{"\"\"\"a\n'''\nb\"\"\"", false, items{"a\n'''\nb"}},
	} {
		value := parse(t, "key = "+test.written).Entries[0].Value
		if value.List != test.list || !slices.Equal(value.Items, test.items) {
			t.Errorf("%s means list %t, %q; want %t, %q", test.written, value.List, value.Items, test.list, test.items)
		}
		if value.Line != 1 || value.Column != 7 {
			t.Errorf("%s is at %d:%d, want 1:7", test.written, value.Line, value.Column)
		}
	}
}

func TestKeyEndsAtTheFirstEqualsSign(t *testing.T) {
	for written, want := range map[string]string{
		`a=1`:            "a",
		`a b =1`:         "a b",
		"a \u00a0= 1":    "a",
		`a:b = 1`:        "a:b",
		`a"b = 1`:        `a"b`,
		`a # b = 1`:      "a # b",
		`"a" = b = 1`:    "a",
		`"a = b" = 1`:    "a = b",
		`'#' = 1`:        "#",
		`"[a]" = 1`:      "[a]",
		`"" = 1`:         "",
		`"a" b" = 1`:     `a" b`,
		`'it's' = 1`:     "it's",
		`   "a"   =   1`: "a",
		`   = 1`:         " ",
		"\u00a0= 1":      "\u00a0",
		`  "a b = 1`:     ` "a b`,
		`[a] = 1`:        "[a]",
		`["a" = 1]`:      `["a"`,
	} {
		if got := parse(t, written).Entries[0].Key; got != want {
			t.Errorf("%s: the key is %q, want %q", written, got, want)
		}
	}
}

func TestSectionNameIsTheTextInTheBrackets(t *testing.T) {
	for written, want := range map[string]string{
		`[a]`:        "a",
		`[ a b ]`:    "a b",
		`[a] # c]`:   "a",
		`[a]#`:       "a",
		`[a # b]`:    "a # b",
		`[a]b]`:      "a]b",
		`[a]b] # [c`: "a]b",
		`[]]`:        "]",
		`[a"b]`:      `a"b`,
		`["a"]`:      "a",
		`[' a ']`:    " a ",
		`["a]b"]`:    "a]b",
		`["a"]"]`:    `a"]`,
		`["""]`:      `"`,
		`[["]`:       `["`,
		`[[]`:        "[",
		`[ [' a]`:    "[' a",
		`[é]`:        "é",
		"[a\u00a0]":  "a",
		`  [a]`:      "a",
	} {
		if got := parse(t, written).Sections[0].Name; got != want {
			t.Errorf("%s: the name is %q, want %q", written, got, want)
		}
	}
}
