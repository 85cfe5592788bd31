package kvtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

func scanAscends(s subject) {
	for _, key := range strangeKeys {
		s.put(key, "")
	}
	want := slices.Sorted(slices.Values(strangeKeys)) // bytewise, as Go compares strings
	if got := s.scanKeys("", "", kv.MaxScanLimit); !slices.Equal(got, want) {
		s.Errorf("got %q, want %q", got, want)
	}
}

func scanTellsVersions(s subject) {
	s.put("a", "1", "b", "2", "c", "3")
	s.put("b", "4")
	s.commit(kv.Batch{Deletes: []string{"a"}})
	want := s.get("b", "c")
	entries := s.scan("", "", 10)
	if len(entries) != 2 || entries[0].Value != want[0] || entries[1].Value != want[1] {
		s.Errorf("got %+v, want the values %+v", entries, want)
	}
}

// scanKeySet is what the prefixes and places below are tried on.
var scanKeySet = []string{
	"a", "a!", "a/", "a/%", "a/1", "a/11", "a/2", "a/_", "a0", "aa", "b", "b/1",
	"\uffff", "\uffff1", "\U0010ffff", "\U0010ffff1", "\U0010ffff\U0010ffff",
}

func scanPrefix(s subject) {
	fill(s)
	prefixes := append([]string{"", "c", "a/1/", "a/%1", "\U0010ffff2", "A", "/"}, scanKeySet...)
	for _, prefix := range prefixes {
		s.wantScan(prefix, "", kv.MaxScanLimit)
	}
}

func scanAfter(s subject) {
	fill(s)
	places := append([]string{"", "\x01", "a/0", "a/1/", "a/12", "az", "c", "\U0010ffff\U0010ffff\U0010ffff"}, scanKeySet...)
	for _, prefix := range []string{"", "a", "a/", "a/1", "b", "c", "\uffff", "\U0010ffff"} {
		for _, after := range places {
			s.wantScan(prefix, after, kv.MaxScanLimit)
		}
	}
}

func scanLimit(s subject) {
	fill(s)
	for limit := range len(scanKeySet) + 2 {
		s.wantScan("", "", limit)
		s.wantScan("a/", "a/1", limit)
	}
}

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

func fill(s subject) {
	for _, key := range scanKeySet {
		s.put(key, "of "+key)
	}
}

// wantScan compares a scan of scanKeySet with what the contract says in words.
func (s subject) wantScan(prefix, after string, limit int) {
	s.Helper()
	var want []string
	for _, key := range slices.Sorted(slices.Values(scanKeySet)) {
		if strings.HasPrefix(key, prefix) && key > after && len(want) < limit {
			want = append(want, key)
		}
	}
	if got := s.scanKeys(prefix, after, limit); !slices.Equal(got, want) {
		s.Errorf("prefix %q after %q limit %d: got %q, want %q", prefix, after, limit, got, want)
	}
}
