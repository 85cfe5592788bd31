package ssoconf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// wrongValues returns values that a kind of key refuses, and a part of the
// message for each.
func wrongValues(t *testing.T, value configValue) map[string]string {
	const notOneValue = "this is a list, not one value"
	const notOneLine = "the value has several lines"
	const severalLines = "'''a\nb'''"
	switch v := value.(type) {
	case flagValue:
		return map[string]string{"maybe": "neither true nor false", "": "neither true nor false", "2": "neither true nor false", "True,": notOneValue, severalLines: notOneLine}
	case numberValue:
		bounds := fmt.Sprintf("is not a whole number from %d to %d: write digits only", v.min, v.max)
		return map[string]string{
			strconv.Itoa(v.min - 1): bounds, strconv.Itoa(v.max + 1): bounds, "1" + strings.Repeat("0", 40): bounds,
			"": bounds, "ten": bounds, "10.0": bounds, "1_0": bounds, "0x10": bounds, "10 days": bounds,
			",": notOneValue, severalLines: notOneLine,
		}
	case choiceValue:
		return map[string]string{"md5": "is not supported: write " + strings.Join(v.words, " or "), "": "is not supported", strings.Join(v.words, ",") + ",": notOneValue, severalLines: notOneLine}
	case textValue:
		return map[string]string{"a, b": notOneValue, severalLines: notOneLine}
	case headerValue:
		return map[string]string{"X App": "is not the name of an HTTP header", "X:": "is not the name", "é": "is not the name", "a, b": notOneValue, severalLines: notOneLine}
	case serviceValue:
		return map[string]string{"a b": "contains white space", "http://example.com": "uses http", "a, b": notOneValue, severalLines: notOneLine}
	case textList:
		return map[string]string{`a, ""`: "entry 2: is empty", numbered(101): "there are 101 entries, more than 100"}
	case appList:
		return map[string]string{`a, ""`: "entry 2: is empty", strings.Repeat("é", 129): "is longer than the 128 characters", numbered(1001): "there are 1001 entries, more than 1000"}
	case hostList:
		return map[string]string{
			`a, ""`: "entry 2: is not a host", "http://a": "entry 1: is not a host", "a:80": "entry 1: is not a host: write a name, or an address", "a/b": "is not a host",
			"10.0.0.0/8": "is not a host", "fd00::1": "is not a host", "10.1": "is not a host", "*.a": "is not a host", numbered(101): "there are 101 entries, more than 100",
		}
	case serviceList:
		return map[string]string{`a, ""`: "entry 2: is empty", "a, 'b c'": "entry 2: contains white space", "http://a": "entry 1: uses http", numbered(9): "there are 9 entries, more than 8"}
	case keywordList:
		return map[string]string{numbered(10_001): "there are 10001 entries, more than 10000"}
	case unusedValue:
		return nil
	}
	t.Fatalf("no test knows values of the type %T", value)
	return nil
}

// numbered returns a list of n different entries.
func numbered(n int) string {
	var list []string
	for i := range n {
		list = append(list, strconv.Itoa(i))
	}
	return strings.Join(list, ",")
}

func TestEveryKeyRefusesValuesOfOtherKinds(t *testing.T) {
	for _, key := range newReader().keys {
		for wrong, part := range wrongValues(t, key.value) {
			notices := configErrors(t, "\n["+key.section+"]\n "+key.name+" = "+wrong+"\n")
			want := Notice{Line: 3, Column: len(key.name) + 5}
			if len(notices) != 1 || notices[0].Line != want.Line || notices[0].Column != want.Column ||
				!strings.HasPrefix(notices[0].Message, key.path()+": ") || !strings.Contains(notices[0].Message, part) {
				t.Errorf("%s = %.40s: got %v, want %d:%d and %q", key.path(), wrong, notices, want.Line, want.Column, part)
			}
		}
	}
}

func TestEveryNumberMayBeItsBounds(t *testing.T) {
	for _, key := range newReader().keys {
		number, ok := key.value.(numberValue)
		if !ok {
			continue
		}
		for _, bound := range []int{number.min, number.max} {
			if problem, _ := number.read(single(strconv.Itoa(bound))); problem != "" || *number.field != bound {
				t.Errorf("%s = %d: it is %d, %s", key.path(), bound, *number.field, problem)
			}
		}
	}
}

func TestEveryFlagHasAllSpellings(t *testing.T) {
	for want, words := range map[bool]string{true: "True true TRUE yes On 1", false: "False false FALSE no Off 0"} {
		for word := range strings.FieldsSeq(words) {
			got := !want
			if problem, _ := (flagValue{&got}).read(single(word)); problem != "" || got != want {
				t.Errorf("%s is %t, %s", word, got, problem)
			}
		}
	}
}

func TestTextsMayBeEmpty(t *testing.T) {
	for _, key := range newReader().keys {
		var field *string
		switch value := key.value.(type) {
		case textValue:
			field = value.field
		case headerValue:
			field = value.field
		case serviceValue:
			field = value.field
		default:
			continue
		}
		if problem, _ := key.value.read(single("")); problem != "" || *field != "" {
			t.Errorf("%s is %q, %s", key.path(), *field, problem)
		}
	}
}

func TestMemoryIsEnoughForEveryParallelism(t *testing.T) {
	bounds := map[string]numberValue{}
	for _, key := range newReader().keys {
		if number, ok := key.value.(numberValue); ok {
			bounds[key.path()] = number
		}
	}
	if memory, threads := bounds["enrol.argon2_memory"].min, bounds["enrol.argon2_parallelism"].max; memory < 8*threads {
		t.Errorf("%d KiB are not 8 for each of %d threads", memory, threads)
	}
}

func single(text string) configobj.Value { return configobj.Value{Items: []string{text}} }

func TestListsHaveCommasOrOneEntryPerLine(t *testing.T) {
	for _, test := range []struct {
		written string
		want    []string
	}{
		{"", nil},
		{`""`, nil},
		{",", nil},
		{"a", []string{"a"}},
		{"a,", []string{"a"}},
		{"a, b", []string{"a", "b"}},
		{`"a, b"`, []string{"a, b"}},
		{"'''a, b'''", []string{"a, b"}},
		{"'''\n  a\n\n\tb c, d \n'''", []string{"a", "b c, d"}},
		{"'''\n \n'''", nil},
	} {
		for _, key := range []string{"[signup]\nemail_confirm_cc", "[user_validation]\nreject_username"} {
			config, _ := parseConfig(t, key+" = "+test.written)
			got := config.UserValidation.RejectUsername
			if strings.HasPrefix(key, "[signup]") {
				got = config.Signup.Confirm.Cc
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%s = %s: it is %q, want %q", key, test.written, got, test.want)
			}
		}
	}
}

func TestEmptyKeywordIsDroppedWithAWarning(t *testing.T) {
	for _, key := range newReader().keys {
		keywords, ok := key.value.(keywordList)
		if !ok {
			continue
		}
		problem, warning := keywords.read(configobj.Value{List: true, Items: []string{" Ab ", "", " ", "cd"}})
		if problem != "" || warning != "entry 2 is empty and has no effect: remove it" || !slices.Equal(*keywords.field, []string{"Ab", "cd"}) {
			t.Errorf("%s: it is %q, %s, %s", key.path(), *keywords.field, problem, warning)
		}
	}
}
