//go:build !wasip1

package strictjson

import (
	"strings"
	"unicode"

	"github.com/enrol-sso/enrol/signup/internal/visible"
)

// Shown returns the pattern of texts without the characters that package visible calls
// controls, as a class that has them all: Go, JavaScript and Python read it alike. It reads all of Unicode: call it once.
func Shown() string {
	var class strings.Builder
	first := rune(-1)
	for r := range rune(unicode.MaxRune + 2) {
		control := r <= unicode.MaxRune && visible.IsControl(r)
		switch {
		case control && first < 0:
			first = r
		case !control && first >= 0:
			if class.WriteRune(first); r-1 > first {
				class.WriteRune('-')
				class.WriteRune(r - 1)
			}
			first = -1
		}
	}
	return "[^" + class.String() + "]*"
}
