package signup

import (
	"strings"
	"testing"
)

// Inputs that cost other parsers much time, or a deep stack.
func TestHostileJSONIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, data := range []string{
		strings.Repeat("[", 60<<10), strings.Repeat(`{"a":`, 12<<10), `{"a":` + strings.Repeat("[", 60<<10), `{"a":` + strings.Repeat("[", 30<<10) + strings.Repeat("]", 30<<10) + "}",
		`{"a":"` + strings.Repeat(`\u00`, 15<<10), `{"a":` + strings.Repeat("9", 60<<10), `{"a":` + strings.Repeat("-", 60<<10), strings.Repeat(" ", 60<<10), `{` + strings.Repeat(`"a":1,`, 10<<10),
	} {
		for _, operation := range Operations() {
			if r := w.run(operation, data); r.codes() != "E008002" || r.Fault != "" {
				t.Errorf("%s of %.20s…: %.100s", operation, data, r.text)
			}
		}
	}
}
