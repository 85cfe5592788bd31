package identity

import (
	"testing"
	"unicode/utf8"
)

func FuzzCanonicalAddressIsItsOwnCanonicalForm(f *testing.F) {
	for _, seed := range []string{"ada@example.com", "Σς@ΒΌΛΟΣ.com", "İ@x.example", "a@faß.de", "ǅ@ab。c", "ﬀ@ﬀ.fr", "ᾳ@a.b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, email string) {
		if !utf8.ValidString(email) || utf8.RuneCountInString(email) > 254 {
			return // other rules refuse such text earlier
		}
		address, display, ok := Address(email)
		if !ok {
			return
		}
		for _, other := range []string{address, display} {
			if again, _, ok := Address(other); !ok || again != address {
				t.Errorf("%q becomes %q, but %q becomes %q (%v)", email, address, other, again, ok)
			}
		}
	})
}
