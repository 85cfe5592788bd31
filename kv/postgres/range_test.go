package postgres

import (
	"slices"
	"strings"
	"testing"
)

func TestBoundsHaveTheKeysOfAScan(t *testing.T) {
	t.Parallel()
	texts := []string{"", "a", "a/", "a0", "b", "\u007f", "\u0080", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff", "a\U0010ffff", "a\U0010ffffb", "\U0010ffff\U0010ffff"}
	keys := slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s == "" })
	for _, prefix := range append(texts, "a\x00") {
		for _, after := range append(texts, "a\x00", "a\x00b") {
			b, some, err := boundsOf(prefix, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range keys {
				want := strings.HasPrefix(key, prefix) && key > after
				got := some && (key > b.from || b.inclusive && key == b.from) && (b.to == "" || key < b.to)
				if got != want {
					t.Errorf("prefix %q after %q: key %q is in the bounds: %v, want %v", prefix, after, key, got, want)
				}
			}
		}
	}
	if _, _, err := boundsOf("\xff", ""); err == nil {
		t.Error("a prefix that is not UTF-8: no error")
	}
}
