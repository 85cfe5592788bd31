package strictjson

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// sample has a member of every kind.
type sample struct {
	text, optional, null string
	maybe                *string
	data                 []byte
	n, zero              int
	wide                 int64
	is                   bool
	perhaps              *bool
	list, none           []string
	words                []word
	texts                map[string]string
	inner                inner
	raw                  string
	items                []inner
}

type word string

type inner struct {
	there bool
	name  string
}

func (i *inner) members(m *Members) {
	if i.there = true; m.Null(i.name == "null") {
		return
	}
	m.String("name", &i.name)
}

func (s *sample) members(m *Members) {
	m.String("text", &s.text)
	m.Optional().String("optional", &s.optional)
	m.NullString("null", &s.null)
	m.MaybeString("maybe", &s.maybe)
	m.Bytes("data", &s.data)
	m.Int("n", &s.n)
	m.Optional().Int("zero", &s.zero)
	m.Int64("wide", &s.wide)
	m.Bool("is", &s.is)
	m.MaybeBool("perhaps", &s.perhaps)
	m.Strings("list", &s.list)
	m.Optional().Strings("none", &s.none)
	Texts(m, "words", &s.words)
	m.Map("texts", &s.texts)
	m.Object("inner", s.inner.members)
	m.Raw("raw", &s.raw)
	List(m, "items", &s.items, (*inner).members)
}

const (
	fullText = `{"text":"a","optional":"b","null":"c","maybe":"d","data":"-_8","n":-7,"zero":1,"wide":9223372036854775807,"is":true,"perhaps":false,` +
		`"list":["x",""],"none":["y"],"words":["w"],"texts":{"":"e","a\"":"f"},"inner":{"name":"g"},"raw":{"a":[1,{}]},"items":[{"name":"h"},null]}`
	emptyText = `{"text":"","null":null,"data":"","n":0,"wide":0,"is":false,"list":null,"words":null,"texts":null,"inner":{"name":""},"raw":{},"items":null}`
)

func fullSample() *sample {
	d, no := "d", false
	return &sample{
		text: "a", optional: "b", null: "c", maybe: &d, data: []byte{0xfb, 0xff}, n: -7, zero: 1, wide: 1<<63 - 1, is: true, perhaps: &no,
		list: []string{"x", ""}, none: []string{"y"}, words: []word{"w"}, texts: map[string]string{`a"`: "f", "": "e"},
		inner: inner{true, "g"}, raw: `{"a":[1,{}]}`, items: []inner{{true, "h"}, {true, "null"}},
	}
}

func TestMembersAreWrittenInTheirOrder(t *testing.T) {
	t.Parallel()
	if got := string(Append(nil, fullSample().members)); got != fullText {
		t.Errorf("\n got %s\nwant %s", got, fullText)
	}
	if got := string(Append([]byte("x"), (&sample{raw: "{}"}).members)); got != "x"+emptyText {
		t.Errorf("\n got %s\nwant %s", got, emptyText)
	}
}

func TestMembersAreReadInAnyOrder(t *testing.T) {
	t.Parallel()
	var mixed map[string]json.RawMessage // it is written sorted
	if err := json.Unmarshal([]byte(fullText), &mixed); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.Marshal(mixed)
	if err != nil {
		t.Fatal(err)
	}
	want := fullSample()
	want.items[1] = inner{} // a null element is not visited
	for _, text := range []string{fullText, string(sorted), strings.Replace(fullText, `"n":`, ` "more" : {"n":[null]}, "n" : `, 1)} {
		value, err := ParseOwn(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var got sample
		if fault := value.Read(got.members); fault != nil || !reflect.DeepEqual(&got, want) {
			t.Errorf("%s\nis read as %+v, %v", text, got, fault)
		}
	}
}

// An absent or null member leaves its variable unchanged.
func TestAbsentAndNullMembersChangeNothing(t *testing.T) {
	t.Parallel()
	nulls := `{"text":null,"optional":null,"null":null,"maybe":null,"data":null,"n":null,"zero":null,"wide":null,"is":null,"perhaps":null,` +
		`"list":null,"none":null,"words":null,"texts":null,"inner":null,"raw":null,"items":null}`
	for _, text := range []string{`{}`, nulls} {
		value, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got := fullSample()
		if fault := value.ReadOnly(got.members); fault != nil || !reflect.DeepEqual(got, fullSample()) {
			t.Errorf("%s is read as %+v, %v", text, got, fault)
		}
	}
}

func TestMembersOfAnotherTypeAreFaults(t *testing.T) {
	t.Parallel()
	for member, values := range map[string][]string{
		"text": {`1`, `true`, `[]`, `{}`}, "optional": {`1`}, "null": {`1`}, "maybe": {`1`},
		"data": {`1`, `"A"`, `"AA="`, `"+/8"`, `"AB"`},
		"n":    {`"1"`, `1.5`, `1e2`, `true`, `9223372036854775808`, `[1]`}, "zero": {`"1"`}, "wide": {`1.0`, `-9223372036854775809`},
		"is": {`1`, `"true"`, `[]`}, "perhaps": {`0`},
		"list": {`"x"`, `{}`, `[1]`, `["x",null]`, `[["x"]]`}, "words": {`"w"`, `[1]`},
		"texts": {`[]`, `{"a":1}`, `"x"`}, "inner": {`[]`, `{"name":1}`, `"x"`}, "raw": {`[]`, `"x"`, `1`},
		"items": {`{}`, `[1]`, `[{"name":1}]`, `[[]]`},
	} {
		for _, text := range values {
			value, err := Parse(`{"` + member + `":` + text + `}`)
			if err != nil {
				t.Fatal(err)
			}
			fault := value.Read(new(sample).members)
			if fault == nil || !strings.HasPrefix(fault.Field, member) || fault.Missing || !strings.HasPrefix(fault.Error(), member) {
				t.Errorf("%s is %s: %v", member, text, fault)
			}
		}
	}
}

func TestReadOnlyRefusesUnknownMembers(t *testing.T) {
	t.Parallel()
	for text, field := range map[string]string{
		`{"n":1}`: "", `{"n":1,"z":1,"y":null}`: "y", `{"inner":{"name":"x"}}`: "",
		`{"inner":{"name":"x","more":1}}`: "inner.more", `{"z":1,"inner":{"a":1}}`: "z", `{"items":[{"name":"x"},{"a":1}]}`: "items.a",
		`{"texts":{"any":"x"}}`: "", `{"` + strings.Repeat("é", 65) + `":1}`: strings.Repeat("é", 64) + "…",
	} {
		value, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		fault := value.ReadOnly(new(sample).members)
		if (fault == nil) != (field == "") || fault != nil && (fault.Field != field || fault.Message != "is not a known field") {
			t.Errorf("%s: %v, want %q", text, fault, field)
		}
		if fault := value.Read(new(sample).members); fault != nil {
			t.Errorf("%s: %v", text, fault)
		}
	}
}

// The first fault of an object is reported. Faults of the objects in it are
// reported only if it has none.
func TestFirstFaultIsReported(t *testing.T) {
	t.Parallel()
	value, err := Parse(`{"inner":{"name":1},"n":"x","is":1}`)
	if err != nil {
		t.Fatal(err)
	}
	var s sample
	if fault := value.Read(s.members); fault == nil || fault.Field != "n" {
		t.Errorf("the fault is %v", fault)
	}
	fault := value.Read(func(m *Members) {
		m.Miss("a")
		m.Fail("b", "is %d", 1)
	})
	if fault == nil || *fault != (Fault{"a", "is required", true}) {
		t.Errorf("the fault is %v", fault)
	}
}

func TestWholeNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`1`: 1, `100`: 100, `1e2`: 100, `1.0`: 1, `10E-1`: 1, `0.5e1`: 5, `null`: 7,
		`0`: -1, `101`: -1, `1.5`: -1, `-1`: -1, `1e999`: -1, `"1"`: -1, `true`: -1, `[]`: -1,
	} {
		value, err := Parse(`{"n":` + text + `}`)
		if err != nil {
			t.Fatal(err)
		}
		n := 7
		fault := value.Read(func(m *Members) { m.Whole("n", &n, 1, 100) })
		if fault != nil {
			n = -1
		}
		if n != want {
			t.Errorf("%s is read as %d, %v", text, n, fault)
		}
	}
}

func TestOwnTextHasFewerRestrictions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"\u0000"`: "\x00", `"\ud800"`: "\ufffd", `"\udc00x"`: "\ufffdx", `"\ud800\n"`: "\ufffd\n", `"\ud800\ud83d\ude00"`: "\ufffd😀",
		`"` + strings.Repeat("x", MaxBytes) + `"`: strings.Repeat("x", MaxBytes),
	} {
		value, err := ParseOwn(`{"a":` + text + `}`)
		if err != nil {
			t.Errorf("%.20s: %v", text, err)
			continue
		}
		got := ""
		if value.Read(func(m *Members) { m.String("a", &got) }); got != want {
			t.Errorf("%.20s is read as %.20q", text, got)
		}
	}
	for _, text := range []string{`{"a":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, `null`, `{} {}`, "{\"a\":\"\xff\"}"} {
		if _, err := ParseOwn(text); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

func TestManyMembersAreDistinguished(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 3 * manyNames {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString(`"` + strings.Repeat("x", i) + `":{"a":[1,2]}`)
	}
	if _, err := Parse("{" + text.String() + "}"); err != nil {
		t.Error(err)
	}
	for i := range 3 * manyNames {
		if _, err := Parse("{" + text.String() + `,"` + strings.Repeat("x", i) + `":1}`); err == nil || !strings.Contains(err.Error(), "twice") {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// FuzzStringsAreWrittenAsEncodingJSONWritesThem compares every text with and
// without escapes for HTML, and reads it again.
func FuzzStringsAreWrittenAsEncodingJSONWritesThem(f *testing.F) {
	for _, seed := range []string{"", "a", `"\/`, "\b\f\n\r\t\x00\x1f\x7f", "<>&'", "\u2027\u2028\u2029\u202a", "é😀\ufffd", "\xff", "a\xc3", "\xed\xa0\x80x", "\u2028\xe2\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		visit := func(m *Members) { m.Map("a", &map[string]string{text: text}) }
		var plain strings.Builder
		encoder := json.NewEncoder(&plain)
		encoder.SetEscapeHTML(false)
		object := map[string]map[string]string{"a": {text: text}}
		if err := encoder.Encode(object); err != nil {
			t.Fatal(err)
		}
		got := string(Append(nil, visit))
		if want := strings.TrimSuffix(plain.String(), "\n"); got != want {
			t.Errorf("%q is written as %s, want %s", text, got, want)
		}
		valid := strings.ToValidUTF8(text, "") == text
		escaped, err := Escaped(visit)
		if want, _ := json.Marshal(object); (err == nil) != valid || valid && string(escaped) != string(want) {
			t.Errorf("%q is escaped as %s, %v, want %s", text, escaped, err, want)
		}
		value, err := ParseOwn(got)
		if err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		var back map[string]string
		if fault := value.Read(func(m *Members) { m.Map("a", &back) }); fault != nil || valid && back[text] != text {
			t.Errorf("%s is read as %q, %v", got, back, fault)
		}
	})
}

func TestMembersOfAnObjectAreCopiedAsTheyAre(t *testing.T) {
	t.Parallel()
	const text = ` { "a" : "x\u0041" , "b<\"\u00e9":[ 1 , {"c":null} ] , "":1e2,"d":{ }, "e":false}  `
	value, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	got := Append(nil, func(m *Members) { value.Members(m.Copy) })
	if want := `{"a":"x\u0041","b<\"é":[ 1 , {"c":null} ],"":1e2,"d":{ },"e":false}`; string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	empty, err := Parse(` {} `)
	if err != nil {
		t.Fatal(err)
	}
	empty.Members(func(name, value string) { t.Errorf("an empty object has %s:%s", name, value) })
}
