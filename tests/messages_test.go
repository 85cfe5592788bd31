package tests

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The texts for status codes are the same in the npm package and on the public
// pages, whose catalogues hold them too: Go cannot embed files of bindings.
func TestTextsOfStatusCodesAreTheSameEverywhere(t *testing.T) {
	line := regexp.MustCompile(`(?m)^  ([EW]\d{6}|other):\s*("(?:[^"\\]|\\.)*"),$`)
	catalogues, err := filepath.Glob("../host/page/catalogue/*.json")
	if err != nil || len(catalogues) != 7 {
		t.Fatalf("there are %d catalogues of pages: %v", len(catalogues), err)
	}
	for _, path := range catalogues {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var ofPages struct{ Codes map[string]string }
		if err := json.Unmarshal(data, &ofPages); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		name := strings.ToLower(strings.TrimSuffix(filepath.Base(path), ".json"))
		source, err := os.ReadFile("../bindings/js/src/messages/" + name + ".ts")
		if err != nil {
			t.Fatal(err)
		}
		ofPackage := map[string]string{}
		for _, match := range line.FindAllStringSubmatch(string(source), -1) {
			var text string
			if err := json.Unmarshal([]byte(match[2]), &text); err != nil {
				t.Fatalf("%s: %s: %v", name, match[1], err)
			}
			ofPackage[match[1]] = text
		}
		if len(ofPackage) == 0 || !maps.Equal(ofPages.Codes, ofPackage) {
			for code, text := range ofPackage {
				if ofPages.Codes[code] != text {
					t.Errorf("%s, %s: %q on the pages, %q in the npm package", name, code, ofPages.Codes[code], text)
				}
			}
			t.Errorf("%s: %d texts on the pages, %d in the npm package", name, len(ofPages.Codes), len(ofPackage))
		}
	}
}
