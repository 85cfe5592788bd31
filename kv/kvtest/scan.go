package kvtest

import (
	"fmt"
	"slices"

	"github.com/enrol-sso/enrol/kv"
)

func scanPages(s subject) {
	var want []string
	for i := range 300 {
		key := fmt.Sprintf("page/%03d", i)
		s.put(key, "")
		if i%7 == 0 {
			s.commit(kv.Batch{Deletes: []string{key}})
			continue
		}
		want = append(want, key)
	}
	for _, limit := range []int{1, 2, 50, len(want), 1000} {
		var got []string
		for after := ""; ; {
			page := s.scanKeys("page/", after, limit)
			got = append(got, page...)
			if len(page) < limit {
				break
			}
			after = page[len(page)-1]
		}
		if !slices.Equal(got, want) {
			s.Errorf("in pages of %d: got %d keys, want %d: %q", limit, len(got), len(want), got)
		}
	}
}
