package tests

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each arrow of the diagram has a row in the table of the security model, and is in
// the text that stands for the diagram.
func TestDiagramOfTheBoundariesHasTheRowsOfTheTable(t *testing.T) {
	numbersIn := func(path, pattern string) []string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var numbers []string
		for _, found := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			numbers = append(numbers, found[1])
		}
		slices.Sort(numbers)
		return numbers
	}
	drawn := numbersIn("../host/docs/boundaries.svg", `<text [^>]*>(\d+)</text>`)
	rows := numbersIn("../host/docs/security.md", `(?m)^\| (\d+) \| [^|]+ (?:→|↔) `)
	if len(drawn) < 10 || !slices.Equal(drawn, rows) {
		t.Errorf("the diagram has %s, the table %s", strings.Join(drawn, " "), strings.Join(rows, " "))
	}
	description := numbersIn("../host/docs/boundaries.svg", `(?s)<desc [^>]*>(.*)</desc>`)
	for _, number := range drawn {
		if !regexp.MustCompile(`\b` + number + `\b`).MatchString(description[0]) {
			t.Errorf("the description of the diagram does not have %s", number)
		}
	}
}
