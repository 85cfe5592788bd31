package tests

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestContributorsLearnHowLongEachSuiteTakes expects a row in CONTRIBUTING.md for each
// suite that must pass before a change lands.
func TestContributorsLearnHowLongEachSuiteTakes(t *testing.T) {
	run, err := os.ReadFile("../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`make .*) \\| (.+) \\|$").FindAllStringSubmatch(string(text), -1) {
		for _, target := range regexp.MustCompile("`make ([a-z-]+)").FindAllStringSubmatch(row[1], -1) {
			told = append(told, target[1])
		}
	}
	suites := regexp.MustCompile(`(?m)^suite ([a-z-]+)`).FindAllStringSubmatch(string(run), -1)
	if len(suites) < 10 {
		t.Fatalf(".ci/run has %d suites", len(suites))
	}
	for _, suite := range suites {
		if name := suite[1]; name != "wasm" && !slices.Contains(told, name) { // wasm builds
			t.Errorf("CONTRIBUTING.md has no row for make %s", name)
		}
	}
}
