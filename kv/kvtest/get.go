package kvtest

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
)

func getAbsent(s subject) {
	s.put("b", "there", "gone", "soon")
	s.commit(kv.Batch{Deletes: []string{"gone"}})
	for i, value := range s.get("a", "gone", "bb", "b/", "c") {
		if value != (kv.Value{}) {
			s.Errorf("value %d is %+v, want the zero value", i, value)
		}
	}
}

func getInOrder(s subject) {
	s.put("a", "1", "b", "2", "c", "3")
	var got []string
	for _, value := range s.get("c", "a", "absent", "b", "a") {
		got = append(got, value.Data)
	}
	if want := []string{"3", "1", "", "2", "1"}; !slices.Equal(got, want) {
		s.Errorf("got %q, want %q", got, want)
	}
}

func getNothing(s subject) {
	s.put("a", "1")
	s.get()
}
