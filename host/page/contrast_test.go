package page

import (
	"fmt"
	"testing"
)

// The text on a button can be read, whatever its color.
func TestContrastOfButtons(t *testing.T) {
	for value := 0; value < 1<<24; value += 4_999 {
		b := Brand{Color: fmt.Sprintf("%06x", value)}
		parts, ok := b.rgb()
		if !ok {
			t.Fatalf("%s is not a color", b.Color)
		}
		text, light := 0.0, luminance(parts)
		if onColor(parts) == "#fff" {
			text = 1
		}
		if contrast := (max(text, light) + 0.05) / (min(text, light) + 0.05); contrast < 4.5 {
			t.Errorf("%s on %s has a contrast of %.2f", onColor(parts), b.Color, contrast)
		}
	}
}
