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
			s.refuse(kv.Batch{Checks: []kv.Check{{Key: "k", Version: old}}, Deletes: []string{"k"}})
		}
		values[value.Version] = value.Data
		if i%3 == 2 { // so that a count per key would start again
			s.commit(kv.Batch{Deletes: []string{"k"}})
		}
	}
}
