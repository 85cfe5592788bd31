package configobj_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

func TestMistakesAreReportedWithTheirPlaces(t *testing.T) {
	const (
		badLine      = "this is neither a [section] nor key = value"
		badKey       = "the key opens with a quote"
		noKey        = "there is no key"
		badMarker    = "this is not a section marker"
		badQuote     = "the value opens with a quote"
		noEntry      = "an entry is missing"
		comma        = "a list cannot begin with a comma"
		entries      = "it is unclear where the entries end"
		tripleOpen   = "and is never closed"
		tripleText   = "there is text after the closing quotes"
		taken        = "is taken by a key or a section above"
		twice        = "is given twice"
		notUTF8      = "the text is not UTF-8"
		control      = "control character"
		useAtMostOne = "use at most 1"
	)
	for _, test := range []struct {
		text string
		want []string // place and a part of the message, in order
	}{
		{"a", []string{"1:1 " + badLine}},
		{"\n  é a", []string{"2:3 " + badLine}},
		{"key: value", []string{"1:1 " + badLine}},
		{"= a", []string{"1:1 " + noKey}},
		{`"a = b`, []string{"1:1 " + badKey}},
		{`"a" b = c`, []string{"1:1 " + badKey}},

		{`é = "a`, []string{"1:5 " + badQuote}},
		{`a = "b'`, []string{"1:5 " + badQuote}},
		{`a = "b" c`, []string{"1:5 " + badQuote}},
		{`a = '`, []string{"1:5 " + badQuote}},
		{`a = b, "c`, []string{"1:8 " + badQuote}},
		{`a = "b, "c`, []string{"1:5 " + badQuote}},
		{`a = "b" c, "d`, []string{"1:5 " + badQuote}},
		{`a = ,b`, []string{"1:5 " + comma}},
		{`a = ,,`, []string{"1:5 " + comma}},
		{`a = b,,c`, []string{"1:7 " + noEntry}},
		{`a = b, ,c`, []string{"1:8 " + noEntry}},
		{`a = "b" # c", ,d`, []string{"1:5 " + entries}},

		{"a = '''b", []string{"1:5 " + tripleOpen}},
		{"a = '''b\nc = d\n", []string{"1:5 " + tripleOpen}},
		{"a = '''b''' c", []string{"1:12 " + tripleText}},
		{"a = '''b\nc''' d\ne", []string{"2:5 " + tripleText, "3:1 " + badLine}},

		{"[", []string{"1:1 " + badMarker}},
		{"[]", []string{"1:1 " + badMarker}},
		{"[ ]", []string{"1:1 " + badMarker}},
		{"[a", []string{"1:1 " + badMarker}},
		{"[a] b", []string{"1:1 " + badMarker}},
		{`["a]`, []string{"1:1 " + badMarker}},
		{`["a" b]`, []string{"1:1 " + badMarker}},
		{`[""]`, []string{"1:1 " + badMarker}},
		{`["  "]`, []string{"1:1 " + badMarker}},
		{"[[a]", []string{`1:1 the section "a" opens with 2 and closes with 1 brackets`}},
		{"[a] ]", []string{`1:1 the section "a" opens with 1 and closes with 2 brackets`}},
		{"[[a]]", []string{`1:1 the section "a" has 2 brackets`}},
		{"[a]\n [[[b]]]", []string{"2:2 the section \"b\" has 3 brackets, but no open section can contain it: use at most 2"}},

		{"a = 1\n'a' = 2\n", []string{`2:1 the key "a" ` + twice}},
		{"a = 1\n a = '''\n'''\n", []string{`2:2 the key "a" ` + twice}},
		{"[a]\n[b]\n[a]", []string{`3:1 the name "a" ` + taken}},
		{"[a]\n[[b]]\n[['b']]", []string{`3:1 the name "b" ` + taken}},
		{"a = 1\n[a]", []string{`2:1 the name "a" ` + taken}},

		{"a = \x00\x00\n\nb = \x1b", []string{"1:5 " + control, "3:5 " + control}},
		{"a = b\rc = d", []string{"1:6 " + control}},
		{"é = \xff\xff", []string{"1:5 " + notUTF8}},
		{"\xff\xfea\x00", []string{"1:1 " + notUTF8}},
		{"a = \xed\xa0\x80", []string{"1:5 " + notUTF8}},

		// One mistake does not cause errors in what follows it.
		{"[a]\nx = 1\n[a]\nx = 1\n[[b]]\n[c]\nd", []string{`3:1 the name "a" ` + taken, "7:1 " + badLine}},
		{"[[[a]]]\nx = 1\n[[b]]\n[c]", []string{"1:1 the section \"a\" has 3 brackets, but no open section can contain it: " + useAtMostOne}},
		{"[a\nx = 1\n[[b]]\n=", []string{"1:1 " + badMarker, "4:1 " + noKey}},
	} {
		file, errors := configobj.Parse(test.text)
		if file != nil {
			t.Errorf("Parse(%q) accepted it", test.text)
		}
		if len(errors) != len(test.want) {
			t.Errorf("Parse(%q) returned %v, want %q", test.text, errors, test.want)
			continue
		}
		for i, err := range errors {
			place, part, _ := strings.Cut(test.want[i], " ")
			if got := fmt.Sprintf("%d:%d", err.Line, err.Column); got != place || !strings.Contains(err.Message, part) {
				t.Errorf("Parse(%q) returned %v, want %s", test.text, err, test.want[i])
			}
		}
	}
}

func TestReplacementCharacterIsACharacter(t *testing.T) {
	if got := parse(t, "a = \ufffd").Entries[0].Value.Items[0]; got != "\ufffd" {
		t.Errorf("got %q", got)
	}
}

func TestMessagesAreShort(t *testing.T) {
	name := strings.Repeat("é", 1000)
	_, errors := configobj.Parse(name + " = 1\n" + name + " = 2")
	if len(errors) != 1 || len(errors[0].Error()) > 300 {
		t.Errorf("got %v", errors)
	}
}
