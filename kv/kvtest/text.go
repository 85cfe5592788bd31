package kvtest

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/kv"
)

// texts are values that some databases, drivers and encodings change.
var texts = append(shared.Texts, strings.Repeat("long \u00e9 \U0001f600 ", 2000))

func valuesByteForByte(s subject) {
	for i, text := range texts {
		key := fmt.Sprintf("text/%02d", i)
		s.put(key, text)
		if got := s.get(key)[0]; got.Data != text || got.Version == "" {
			s.Errorf("value %d: got %.100q with version %q, want %.100q", i, got.Data, got.Version, text)
		}
	}
	for i, entry := range s.scan("text/", "", kv.MaxScanLimit) {
		if entry.Data != texts[i] {
			s.Errorf("entry %d: got %.100q, want %.100q", i, entry.Data, texts[i])
		}
	}
	everyRune(s)
}

// everyRune stores every Unicode scalar value once.
func everyRune(s subject) {
	var all strings.Builder
	flush := func(last rune) {
		key := fmt.Sprintf("until/%06x", last)
		s.put(key, all.String())
		if s.get(key)[0].Data != all.String() {
			s.Errorf("the characters until %U did not come back as they were", last)
		}
		all.Reset()
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) {
			all.WriteRune(r)
		}
		if all.Len() > kv.MaxValueBytes-utf8.UTFMax || r == utf8.MaxRune {
			flush(r)
		}
	}
}

func keysMeanNothing(s subject) {
	for i, key := range shared.Keys {
		if value := s.get(key)[0]; value.Version != "" {
			s.Fatalf("key %q is there before it was put", key)
		}
		s.put(key, fmt.Sprint(i))
	}
	for i, key := range shared.Keys {
		if got := s.get(key)[0].Data; got != fmt.Sprint(i) {
			s.Errorf("key %q holds the value of another key: %q, want %d", key, got, i)
		}
	}
	if got := len(s.scan("", "", kv.MaxScanLimit)); got != len(shared.Keys) {
		s.Errorf("%d keys in the store, want %d", got, len(shared.Keys))
	}
	for i, key := range shared.Keys {
		s.commit(kv.Batch{Deletes: []string{key}})
		if got, want := len(s.scan("", "", kv.MaxScanLimit)), len(shared.Keys)-i-1; got != want {
			s.Fatalf("%d keys after the deletion of %q, want %d", got, key, want)
		}
	}
}
