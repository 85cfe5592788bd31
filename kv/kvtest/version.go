package kvtest

import (
	"fmt"

	"github.com/enrol-sso/enrol/kv"
)

func versionIsPrintable(s subject) {
	for i, text := range texts {
		key := fmt.Sprintf("key/%d", i)
		s.put(key, text)
		version := s.get(key)[0].Version
		if version == "" || len(version) > 64 {
			s.Errorf("version %q has %d bytes, want 1 to 64", version, len(version))
		}
		for _, r := range version {
			if r <= ' ' || r > '~' {
				s.Errorf("version %q is not all printable ASCII", version)
				break
			}
		}
	}
}

func versionStays(s subject) {
	s.put("a", "1")
	before := s.get("a")[0]
	s.put("b", "2")
	s.put("b", "3", "c", "4")
	s.commit(kv.Batch{Deletes: []string{"b"}})
	s.refuse(kv.Batch{Checks: []kv.Check{{Key: "b", Version: "x"}}, Puts: []kv.Put{{Key: "a", Data: "5"}}}, "b")
	if after := s.get("a")[0]; after != before {
		s.Errorf("the version of an untouched key went from %q to %q", before.Version, after.Version)
	}
	s.commit(kv.Batch{Checks: []kv.Check{{Key: "a", Version: before.Version}}})
}

func versionNeverRecurs(s subject) {
	values := make(map[string]string) // by version
	for i := range 60 {
		data := fmt.Sprint(i)
		s.put("k", data) // creates the key in every third round
		value := s.get("k")[0]
		if other, seen := values[value.Version]; seen {
			s.Fatalf("version %q stood for value %q and now for %q", value.Version, other, value.Data)
		}
		for old := range values {
			s.refuse(kv.Batch{Checks: []kv.Check{{Key: "k", Version: old}}, Deletes: []string{"k"}}, "k")
		}
		values[value.Version] = value.Data
		if i%3 == 2 { // so that a count per key would begin anew
			s.commit(kv.Batch{Deletes: []string{"k"}})
		}
	}
}
