package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// checkHashes checks that the store knows the costs of all password hashes that
// it has. Those that are sealed are skipped.
func (s *simulation) checkHashes() {
	var keys struct {
		Hashes []struct{ Memory, Iterations, Parallelism int }
	}
	for _, entry := range s.entries("meta/keys") {
		if err := json.Unmarshal([]byte(entry.Data), &keys); err != nil {
			s.problem("%s: %v", entry.Key, err)
		}
	}
	var known []string
	for _, k := range keys.Hashes {
		known = append(known, fmt.Sprintf("m=%d,t=%d,p=%d", k.Memory, k.Iterations, k.Parallelism))
	}
	s.costs = max(s.costs, len(known))
	for _, entry := range s.entries("user/") {
		var user struct{ Password string }
		if err := json.Unmarshal([]byte(entry.Data), &user); err != nil {
			s.problem("%s: %v", entry.Key, err)
		}
		if user.Password == "" {
			continue
		}
		if parts := strings.Split(user.Password, "$"); len(parts) < 4 || !slices.Contains(known, parts[3]) {
			s.problem("%s has a hash of costs that are not among %q", entry.Key, known)
		}
	}
}
