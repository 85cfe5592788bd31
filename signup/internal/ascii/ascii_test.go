package ascii

import (
	"strings"
	"testing"
)

func TestEveryByteHasItsKind(t *testing.T) {
	t.Parallel()
	for n := range 256 {
		b := byte(n)
		if want := strings.IndexByte("0123456789", b) >= 0; IsDigit(b) != want {
			t.Errorf("IsDigit(%q) is %v", b, !want)
		}
		if want := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b) >= 0; IsLetter(b) != want {
			t.Errorf("IsLetter(%q) is %v", b, !want)
		}
	}
}
