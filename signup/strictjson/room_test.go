package strictjson

import "testing"

// Nothing of a text is left in the one after it.
func TestRoomHoldsOneTextAfterAnother(t *testing.T) {
	t.Parallel()
	var room Room
	for _, sample := range []*sample{fullSample(), {raw: "{}"}, fullSample()} {
		want := string(Append(nil, sample.members))
		if got := string(room.Append(sample.members)); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	for _, test := range []struct {
		text, name   string
		wrong, fault bool
	}{
		{`{"name":"a","items":[{"x":[1,2,3]},{},{}]}`, "a", false, false}, {`{"name":"b"}`, "b", false, false}, {`{"name":`, "", true, false},
		{`{"name":7}`, "", false, true}, {`{}`, "", false, false}, {`{"name":"c"}`, "c", false, false},
	} {
		var read inner
		fault, wrong := room.ReadOwn(test.text, read.members)
		if read.name != test.name || (wrong != nil) != test.wrong || (fault != nil) != test.fault {
			t.Errorf("%s is read as %q, %v, %v", test.text, read.name, wrong, fault)
		}
	}
}

// What a visitor of a list of names reads of the object around it is of that
// object.
func TestEachLeavesTheOuterMembersAlone(t *testing.T) {
	t.Parallel()
	value, err := ParseOwn(`{"inner":{"x":"1"},"x":"2"}`)
	if err != nil {
		t.Fatal(err)
	}
	within, around := "", ""
	value.Read(func(m *Members) {
		m.Each("inner", func(_ []string, inner *Members) {
			inner.String("x", &within)
			m.String("x", &around)
		})
	})
	if within != "1" || around != "2" {
		t.Errorf("got %q and %q", within, around)
	}
}
