package kvtest

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/kv"
)

// texts are values that databases, drivers and encodings are known to bend.
var texts = []string{
	"",
	" ",
	" leading and trailing ",
	"line\nbreaks\r\nand\ttabs\n",
	"\x00",
	"a\x00b\x00",
	"\x01\x1b\x7f",
	"null",
	"\\ \\\\ \\n \\u0041 \\x41",
	`{"json":"with \"quotes\" and \ud83d\ude00"}`,
	"'; DROP TABLE kv; --",
	"100% _under_ %s %d",
	"\ufeffbyte order mark",
	"\u00e9 composed, e\u0301 decomposed",
	"\u017f \u0130 \u0131 \u03c2 \u1e9e",
	"\u2028\u2029\u200b\u200d\u202e",
	"\u0080 \u07ff \u0800 \ud7ff \ue000 \uffff \U00010000 \U0010ffff",
	"\ufffd is the replacement character itself",
	"\ufdd0\ufffe\uffff are no characters",
	"\U0001f469\u200d\U0001f4bb",
	strings.Repeat("long \u00e9 \U0001f600 ", 2000),
}

// strangeKeys are keys in which some store sees a pattern, a path, an escape,
// a number, or the same text as in another one of them.
var strangeKeys = []string{
	"a", "A", "a ", " a", "a/", "a/b", "a//b", "/", "/a", "a/.", "a/..", "../a", "./a",
	"a%", "a%25", "%", "_", "a_", "ab", "a*", "a?", "[a]", "a\\", "a\\b", "\\", "a'b", "a\"b", "a`b", "a;b", "a--",
	"a:b", "a|b", "a,b", "a=b", "a&b", "a#b", "a+b", "$a", "{a}", "~", "a\nb", "a\tb", "a\rb", "a\x01b", "\x7f",
	"1", "01", "1.0", "1e0", "+1", "null", "true", "ENROL", "LOCK",
	"\u00e9", "e\u0301", "\u00df", "ss", "SS", "\u0130", "i", "I", "\u0131", "\u03c3", "\u03c2",
	"\ufb01", "fi", "\uff41", "\u00aa", "\u200b", "\ufeff", "\ufeffa", "\ufffd",
	"\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff", "\U0010ffff\U0010ffff",
}

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
	for i, key := range strangeKeys {
		if value := s.get(key)[0]; value.Version != "" {
			s.Fatalf("key %q is there before it was put", key)
		}
		s.put(key, fmt.Sprint(i))
	}
	for i, key := range strangeKeys {
		if got := s.get(key)[0].Data; got != fmt.Sprint(i) {
			s.Errorf("key %q holds the value of another key: %q, want %d", key, got, i)
		}
	}
	if got := len(s.scan("", "", kv.MaxScanLimit)); got != len(strangeKeys) {
		s.Errorf("%d keys in the store, want %d", got, len(strangeKeys))
	}
	for i, key := range strangeKeys {
		s.commit(kv.Batch{Deletes: []string{key}})
		if got, want := len(s.scan("", "", kv.MaxScanLimit)), len(strangeKeys)-i-1; got != want {
			s.Fatalf("%d keys after the deletion of %q, want %d", got, key, want)
		}
	}
}
