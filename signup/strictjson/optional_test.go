package strictjson

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// visitor visits one member, whose value is empty or not.
type visitor struct {
	method string
	full   string // the value in JSON, "" if it is not written
	empty  string // the empty value in JSON if the member is not optional
	kept   bool   // an empty one is written even if it is optional: it has no empty value
	visit  func(m *Members, full bool)
}

// given returns a value, or the empty one.
func given[T any](full bool, value T) T {
	if full {
		return value
	}
	return *new(T)
}

func visitors() []visitor {
	text, yes := "a", true
	return []visitor{
		{"String", `"a"`, `""`, false, func(m *Members, full bool) { v := given(full, "a"); m.String("x", &v) }},
		{"MaybeString", `"a"`, ``, false, func(m *Members, full bool) { v := given(full, &text); m.MaybeString("x", &v) }},
		{"NullString", `"a"`, `null`, false, func(m *Members, full bool) { v := given(full, "a"); m.NullString("x", &v) }},
		{"Bytes", `"AQ"`, `""`, false, func(m *Members, full bool) { v := given(full, []byte{1}); m.Bytes("x", &v) }},
		{"Int", `1`, `0`, false, func(m *Members, full bool) { v := given(full, 1); m.Int("x", &v) }},
		{"Int64", `1`, `0`, false, func(m *Members, full bool) { v := given(full, int64(1)); m.Int64("x", &v) }},
		{"Whole", `1`, `0`, false, func(m *Members, full bool) { v := given(full, 1); m.Whole("x", &v, 0, 9) }},
		{"Bool", `true`, `false`, false, func(m *Members, full bool) { v := full; m.Bool("x", &v) }},
		{"MaybeBool", `true`, ``, false, func(m *Members, full bool) { v := given(full, &yes); m.MaybeBool("x", &v) }},
		{"Strings", `["a"]`, `null`, false, func(m *Members, full bool) { v := given(full, []string{"a"}); m.Strings("x", &v) }},
		{"StringOrStrings", `["a"]`, `null`, false, func(m *Members, full bool) { v := given(full, []string{"a"}); m.StringOrStrings("x", &v) }},
		{"Texts", `["a"]`, `null`, false, func(m *Members, full bool) { v := given(full, []word{"a"}); Texts(m, "x", &v) }},
		{"Map", `{"a":"b"}`, `null`, false, func(m *Members, full bool) { v := given(full, map[string]string{"a": "b"}); m.Map("x", &v) }},
		{"List", `[{"name":"a"}]`, `null`, false, func(m *Members, full bool) {
			v := given(full, []inner{{name: "a"}})
			List(m, "x", &v, (*inner).members)
		}},
		{"Object", `{"name":"a"}`, `{"name":""}`, true, func(m *Members, full bool) { v := inner{name: given(full, "a")}; m.Object("x", v.members) }},
		{"Raw", `{"a":1}`, `{}`, true, func(m *Members, full bool) {
			v := "{}"
			if full {
				v = `{"a":1}`
			}
			m.Raw("x", &v)
		}},
		{"Each", ``, ``, false, func(m *Members, _ bool) { m.Each("x", func([]string, *Members) {}) }},
		{"Has", ``, ``, false, func(m *Members, _ bool) { m.Has("x") }},
		{"Copy", `{"a":1}`, `{"a":1}`, true, func(m *Members, _ bool) {
			if !m.Reading() {
				m.Copy("x", `{"a":1}`)
			} else {
				m.find("x")
			}
		}},
		{"Verbatim", `{"a":1}`, `{"a":1}`, true, func(m *Members, _ bool) {
			if !m.Reading() {
				m.Verbatim(`{"x":{"a":1}}`)
			} else {
				m.find("x")
			}
		}},
	}
}

// Every method that visits a member is in the table.
func TestOptionalIsTestedForEveryMethod(t *testing.T) {
	t.Parallel()
	visitNothing := []string{"Optional", "Reading", "Rewind", "Null", "Fail", "Miss", "AtMost", "EntriesAtMost"}
	members := reflect.TypeFor[*Members]()
	for i := range members.NumMethod() {
		name, _, _ := strings.Cut(members.Method(i).Name, "WithoutRule") // as tests/mutation adds it
		if strings.HasPrefix(name, "Is") || name == "Matches" {
			continue // only describe the member before
		}
		tested := slices.ContainsFunc(visitors(), func(v visitor) bool { return v.method == name })
		if tested == slices.Contains(visitNothing, name) {
			t.Errorf("%s is tested: %v", name, tested)
		}
	}
}

// When members are written, Optional applies to the next visited member, and not
// to members after it or in it.
func TestOptionalAppliesToOneWrittenMember(t *testing.T) {
	t.Parallel()
	for _, v := range visitors() {
		for _, full := range []bool{true, false} {
			for _, optional := range []bool{true, false} {
				value := v.full
				if !full {
					value = v.empty
				}
				if value != "" && (full || v.kept || !optional) {
					value = `"x":` + value + `,`
				} else {
					value = ""
				}
				none := ""
				got := string(Append(nil, func(m *Members) {
					if optional {
						m.Optional()
					}
					v.visit(m, full)
					m.String("after", &none)
				}))
				if want := `{` + value + `"after":""}`; got != want {
					t.Errorf("%s, full %v, optional %v: written is %s, want %s", v.method, full, optional, got, want)
				}
			}
		}
	}
}

// When members are read, Optional ends with the next visited member, whether it
// is present, absent, null, of another type, or after a fault.
func TestOptionalAppliesToOneReadMember(t *testing.T) {
	t.Parallel()
	for _, v := range visitors() {
		for _, text := range []string{`{"x":` + cmp.Or(v.full, "1") + `}`, `{"y":1}`, `{"x":null}`, `{"x":[1]}`, `{"x":"a","x2":{}}`} {
			value, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, faulty := range []bool{false, true} {
				value.Read(func(m *Members) {
					if faulty {
						m.Miss("y")
					}
					m.Optional()
					if v.visit(m, false); m.optional {
						t.Errorf("%s of %s, after a fault %v: the next member is optional", v.method, text, faulty)
					}
				})
			}
		}
	}
}
