package visible

import (
	"testing"
	"unicode"
)

// The definition in the comment of IsControl, over all of Unicode.
func TestControlsAreDefined(t *testing.T) {
	t.Parallel()
	for r := range rune(unicode.MaxRune + 1) {
		hidden := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point)
		shown := unicode.In(r, unicode.Join_Control, unicode.Prepended_Concatenation_Mark)
		if IsControl(r) != (hidden && !shown) {
			t.Errorf("%U: IsControl reports %v", r, IsControl(r))
		}
	}
}
