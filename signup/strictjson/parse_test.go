package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestJSONThatIsAccepted(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{}`, " \t\r\n{ } \n", `{"a":1}`, `{"a":[],"b":{},"c":null,"d":true,"e":false}`,
		`{"a":-0,"b":0.5,"c":1e9,"d":-1.25E-3,"e":1E+2}`, `{"a":"\"\\\/\b\f\n\r\t\u00e9"}`, `{"a":"\ud83d\ude00 😀"}`, `{"":""}`,
		`{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}`, `{"a":[[[[[[[1]]]]]]]}`, `{"a":"\ufffd` + "\uFFFD" + `"}`,
		`{"a":{"x":1},"b":{"x":1}}`, `{"A":1,"a":1}`, "{\"a\":\"\x7f\u2028\"}",
		`{"a":"` + strings.Repeat("x", 64<<10-8) + `"}`,
	} {
		if _, err := Parse(data); err != nil {
			t.Errorf("%.80s: %v", data, err)
		}
	}
}

func TestJSONThatIsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ data, want string }{
		{``, "not a JSON object"}, {` `, "not a JSON object"}, {`[]`, "not a JSON object"}, {`null`, "not a JSON object"}, {`"a"`, "not a JSON object"},
		{"\ufeff{}", "not a JSON object"}, {"\x00{}", "not a JSON object"},
		{`{`, "missing"}, {`{"a"`, "missing"}, {`{"a":`, "missing"}, {`{"a":1`, "missing"}, {`{"a":1,`, "missing"}, {`{"a":1,}`, "missing"}, {`{,}`, "missing"},
		{`{"a" 1}`, "missing"}, {`{"a":1 "b":2}`, "missing"}, {`{a:1}`, "missing"}, {`{'a':1}`, "missing"}, {`{1:1}`, "missing"},
		{`{"a":[1,]}`, "missing"}, {`{"a":[1 2]}`, "missing"}, {`{"a":[}`, "missing"}, {`{"a":[1}`, "missing"},
		{`{"a":tru}`, "missing"}, {`{"a":True}`, "missing"}, {`{"a":nul`, "missing"}, {`{"a":NaN}`, "missing"}, {`{"a":nullx}`, "missing"},
		{`{"a":01}`, "missing"}, {`{"a":1.}`, "digits"}, {`{"a":.5}`, "missing"}, {`{"a":-}`, "digits"}, {`{"a":1e}`, "digits"}, {`{"a":1e+}`, "digits"}, {`{"a":+1}`, "missing"}, {`{"a":0x1}`, "missing"},
		{`{"a":"`, "not closed"}, {`{"a":"\`, "escape"}, {`{"a":"\x"}`, "escape"}, {`{"a":"\u12"}`, "incomplete"}, {`{"a":"\u12g4"}`, "incomplete"}, {`{"a":"\U0041"}`, "escape"},
		{"{\"a\":\"\n\"}", "control"}, {"{\"a\":\"\x00\"}", "control"}, {"{\"a\":\"\x1f\"}", "control"},
		{`{"a":"\u0000"}`, "NUL"}, {`{"\u0000":1}`, "NUL"},
		{`{"a":"\ud800"}`, "surrogate"}, {`{"a":"\udc00"}`, "surrogate"}, {`{"a":"\ud800x"}`, "surrogate"}, {`{"a":"\ud800\n"}`, "surrogate"},
		{`{"a":"\ud800\u0041"}`, "surrogate"}, {`{"a":"\ud800\ud800"}`, "surrogate"}, {`{"a":"\ude00\ud83d"}`, "surrogate"}, {`{"a":"\udc00\udc00"}`, "surrogate"}, {`{"a":"\ud800-udc00"}`, "surrogate"}, {`{"\ud800":1}`, "surrogate"},
		{"{\"a\":\"\xff\"}", "UTF-8"}, {"{\"a\":\"\xc0\x80\"}", "UTF-8"}, {"{\"a\":\"\xed\xa0\x80\"}", "UTF-8"}, {"{\"a\":\"\xf4\x90\x80\x80\"}", "UTF-8"}, {"{\"\xe9\":1}", "UTF-8"}, {"{\"a\":\"\xe2\x82", "UTF-8"},
		{`{"a":1,"a":1}`, "twice"}, {`{"a":1,"\u0061":1}`, "twice"}, {`{"é":1,"\u00e9":1}`, "twice"}, {`{"😀":1,"\ud83d\ude00":1}`, "twice"}, {`{"x":{"/":1,"\/":2}}`, "twice"}, {`{"":1,"":2}`, "twice"},
		{`{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}`, "deeper"}, {`{"a":[[[[[[[[1]]]]]]]]}`, "deeper"},
		{`{} {}`, "follows"}, {`{}x`, "follows"}, {"{}\x00", "follows"},
		{`{"a":"` + strings.Repeat("x", 64<<10-7) + `"}`, "limit"},
	} {
		if _, err := Parse(test.data); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.80q: %v, want %s", test.data, err, test.want)
		}
	}
}

// encoding/json accepts everything that Parse accepts, and reads it the same
// way.
func FuzzParseAgreesWithAnotherReader(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"é\ud83d\ude00",null,true,{"b":{}}]}`, `{"\u0061":"\"\\"}`, `{"a":1,"a":2}`, `{"a":"\ud800"}`, `{"a":1e999}`, `{"a":[[]]}`, "{\"a\x7f\":0}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		value, err := Parse(string(data))
		accepted := err == nil
		if want := acceptable(data); accepted != want {
			t.Fatalf("Parse accepts %q: %v, encoding/json: %v (%v)", data, accepted, want, err)
		}
		if !accepted {
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if got := anyOf(value); fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
			t.Errorf("%q is read as %#v, want %#v", data, got, want)
		}
	})
}

// acceptable does what Parse does, with encoding/json.
func acceptable(data []byte) bool {
	if len(data) > MaxBytes || !utf8.Valid(data) || !json.Valid(data) || bytes.Contains(bytes.ToLower(data), []byte(`\u0000`)) && nulEscape(data) {
		return false
	}
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return false
	}
	return wellFormed(json.NewDecoder(bytes.NewReader(data))) && !loneSurrogate(data)
}

// nulEscape reports whether a string of the text contains NUL.
func nulEscape(data []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		if text, ok := token.(string); ok && strings.Contains(text, "\x00") {
			return true
		}
	}
}

// wellFormed checks for nesting that is too deep and names that occur twice.
func wellFormed(decoder *json.Decoder) bool {
	decoder.UseNumber()
	type level struct {
		names  map[string]bool // nil in an array
		isName bool
	}
	var stack []level
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return true
		}
		if err != nil {
			return false
		}
		var top *level
		if len(stack) > 0 {
			top = &stack[len(stack)-1]
		}
		switch delim, _ := token.(json.Delim); delim {
		case '}', ']':
			stack = stack[:len(stack)-1]
			continue
		}
		if top != nil && top.names != nil {
			if top.isName {
				name := token.(string)
				if top.names[name] {
					return false
				}
				top.names[name], top.isName = true, false
				continue
			}
			top.isName = true
		}
		switch delim, _ := token.(json.Delim); delim {
		case '{':
			stack = append(stack, level{map[string]bool{}, true})
		case '[':
			stack = append(stack, level{})
		}
		if len(stack) > maxDepth {
			return false
		}
	}
}

// loneSurrogate reports whether valid JSON has an escape of half a surrogate
// pair. encoding/json reads it as U+FFFD, which does not occur otherwise once
// U+FFFD is removed from the text.
func loneSurrogate(data []byte) bool {
	text := strings.ReplaceAll(string(data), "\uFFFD", "?")
	for i := 0; i+5 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if strings.EqualFold(text[i:i+6], `\ufffd`) {
			text = text[:i] + "?" + text[i+6:]
			continue
		}
		i++ // the escaped character begins nothing
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		if s, ok := token.(string); ok && strings.Contains(s, "\uFFFD") {
			return true
		}
	}
}

// anyOf converts a value to what encoding/json returns for it.
func anyOf(value Value) any {
	switch value.kind() {
	case kindObject:
		members := map[string]any{}
		for at := 1; at < len(value.nodes); {
			end := at + 1 + int(value.nodes[at+1].size)
			members[value.nodes[at].string(value.source)] = anyOf(Value{value.source, value.nodes[at+1 : end]})
			at = end
		}
		return members
	case kindArray:
		elements := []any{}
		value.elements(func(v Value) { elements = append(elements, anyOf(v)) })
		return elements
	case kindNumber:
		return json.Number(value.text())
	case kindString:
		return value.text()
	case kindTrue, kindFalse:
		return value.kind() == kindTrue
	}
	return nil
}
