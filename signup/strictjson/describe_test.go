//go:build !wasip1

package strictjson

import (
	"reflect"
	"testing"
)

// person is an object with all that can be declared.
func person(m *Members) {
	name, tags, age, locked, phones := "", []string(nil), 0, (*bool)(nil), []string(nil)
	m.String("name", &name)
	m.AtMost(5)
	m.IsVisible()
	m.Optional().Strings("tags", &tags)
	m.EntriesAtMost(3, 4)
	m.Whole("age", &age, 1, 9)
	m.MaybeBool("locked", &locked)
	m.StringOrStrings("phones", &phones)
	m.Object("home", func(m *Members) {
		m.String("city", &name)
		m.Miss("city")
	})
	m.Each("attrs", func(names []string, inner *Members) { inner.String(names[0], &name) })
	if m.Has("nick") {
		m.String("nick", &name)
	}
	m.Miss("name")
	m.IsEither("age", "locked")
}

func TestDescribeHasWhatAVisitDeclares(t *testing.T) {
	t.Parallel()
	want := &Shape{Kind: KindObject, Either: []string{"age", "locked"}, Members: []Member{
		{Name: "name", Required: true, Shape: &Shape{Most: 5, Visible: true, Filled: true}},
		{Name: "tags", Optional: true, Shape: &Shape{Kind: KindList, Most: 3, Items: &Shape{Most: 4}}},
		{Name: "age", Shape: &Shape{Kind: KindNumber, Low: 1, High: 9}},
		{Name: "locked", Optional: true, Shape: &Shape{Kind: KindBool}},
		{Name: "phones", Shape: &Shape{Kind: KindOneOrMore, Items: &Shape{}}},
		{Name: "home", Shape: &Shape{Kind: KindObject, Members: []Member{{Name: "city", Required: true, Shape: &Shape{Filled: true}}}}},
		{Name: "attrs", Shape: &Shape{Kind: KindTexts, Items: &Shape{}, Names: &Shape{}}},
	}}
	if got := Describe(person); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if Describe(person, "nick").Find("nick") == nil {
		t.Error("a supposed member is not described")
	}
}
