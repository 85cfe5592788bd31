package kvtest

import (
	"github.com/enrol-sso/enrol/kv"
)

func commitAppliesAll(s subject) {
	s.put("a", "1", "b", "2", "c", "3")
	a := s.get("a")[0].Version
	s.commit(kv.Batch{
		Checks:  []kv.Check{{Key: "a", Version: a}, {Key: "d"}},
		Puts:    []kv.Put{{Key: "d", Data: "4"}, {Key: "a", Data: "5"}},
		Deletes: []string{"c", "b"},
	})
	s.holds("a", "5", "d", "4")
}

func commitListsFailedChecks(s subject) {
	s.put("a", "1", "b", "2", "c", "3", "d", "4")
	versions := s.get("a", "b", "c", "d")
	s.put("d", "5", "b", "6")
	s.commit(kv.Batch{Deletes: []string{"a"}})
	s.refuse(kv.Batch{
		Checks: []kv.Check{
			{Key: "e"},
			{Key: "d", Version: versions[3].Version},
			{Key: "a", Version: versions[0].Version},
			{Key: "c", Version: versions[2].Version},
			{Key: "b", Version: versions[1].Version},
		},
		Puts:    []kv.Put{{Key: "e", Data: "7"}, {Key: "d", Data: "8"}},
		Deletes: []string{"c"},
	}, "d", "a", "b")
	s.holds("b", "6", "c", "3", "d", "5")
}

func commitChecksAbsence(s subject) {
	absent := kv.Batch{Checks: []kv.Check{{Key: "a"}}, Puts: []kv.Put{{Key: "a", Data: "1"}}}
	s.commit(absent)
	s.refuse(absent, "a")
	s.put("a", "") // an empty value is a value
	s.refuse(absent, "a")
	s.commit(kv.Batch{Deletes: []string{"a"}})
	s.commit(absent)
}

func commitChecksUnknownVersion(s subject) {
	s.put("a", "1")
	for _, version := range []string{"no such version", "0", "1", s.get("a")[0].Version + "0"} {
		if version == s.get("a")[0].Version {
			continue
		}
		s.refuse(kv.Batch{Checks: []kv.Check{{Key: "a", Version: version}}}, "a")
		s.refuse(kv.Batch{Checks: []kv.Check{{Key: "b", Version: version}}}, "b")
	}
}

func commitChangesCheckedKeys(s subject) {
	s.put("a", "1", "b", "2", "c", "3")
	versions := s.get("a", "b", "c")
	checks := []kv.Check{
		{Key: "a", Version: versions[0].Version},
		{Key: "b", Version: versions[1].Version},
		{Key: "c", Version: versions[2].Version},
	}
	batch := kv.Batch{Checks: checks, Puts: []kv.Put{{Key: "a", Data: "4"}}, Deletes: []string{"b"}}
	s.commit(batch)
	s.holds("a", "4", "c", "3")
	s.refuse(batch, "a", "b")
}

func commitWithoutChanges(s subject) {
	s.commit(kv.Batch{})
	s.commit(kv.Batch{Checks: []kv.Check{{Key: "a"}}})
	s.put("a", "1")
	s.refuse(kv.Batch{Checks: []kv.Check{{Key: "a"}}}, "a")
	s.holds("a", "1")
}

func commitDeletesAbsent(s subject) {
	s.commit(kv.Batch{Deletes: []string{"a", "b"}})
	s.put("a", "1")
	s.commit(kv.Batch{Deletes: []string{"a", "b"}})
	s.commit(kv.Batch{Deletes: []string{"a"}})
	s.holds()
}

func commitRefusesKeyTwice(s subject) {
	s.put("a", "1")
	for _, batch := range []kv.Batch{
		{Puts: []kv.Put{{Key: "b", Data: "2"}, {Key: "a", Data: "2"}, {Key: "a", Data: "3"}}},
		{Puts: []kv.Put{{Key: "b", Data: "2"}, {Key: "a", Data: "2"}}, Deletes: []string{"a"}},
		{Puts: []kv.Put{{Key: "b", Data: "2"}}, Deletes: []string{"a", "a"}},
	} {
		if failed, err := s.store.Commit(s.Context(), batch); err == nil {
			s.Errorf("commit: got (%q, nil), want an error", failed)
		}
		s.holds("a", "1")
	}
}
