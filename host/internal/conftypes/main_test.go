package main

import (
	"os"
	"strings"
	"testing"
)

func TestCommittedFilesAreThoseOfTheTable(t *testing.T) {
	for path, text := range outputs {
		committed, err := os.ReadFile("../../../" + path)
		if err != nil {
			t.Fatal(err)
		}
		if string(committed) != text() {
			t.Errorf("%s differs from the table of keys: go run ./host/internal/conftypes", path)
		}
	}
}

func TestPageHasWhatIsNoKey(t *testing.T) {
	for _, want := range []string{"\n## apps\n\nOne name in place of the object", "\n| `byApp` | "} {
		if !strings.Contains(page(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
