package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
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

// The texts of the page are those that an sso.conf can have: each default, written
// out, is what a file without the key means.
func TestDefaultsOfTheReferenceCanBeWrittenOut(t *testing.T) {
	var written strings.Builder
	section, rows := "", 0
	for line := range strings.Lines(reference()) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.TrimSpace(title)
			written.WriteString(section + "\n")
		}
		cells := strings.Split(line, " | ")
		if len(cells) != 4 || !strings.HasPrefix(line, "| `") {
			continue
		}
		rows++
		value := strings.Trim(cells[2], "`")
		if value == "empty" {
			value = ""
		}
		written.WriteString(strings.Trim(cells[0], "| `") + " = " + value + "\n")
		if strings.Trim(cells[3], " |\n") == "" {
			t.Errorf("%s: %s has no meaning", section, cells[0])
		}
	}
	settings, err := ssoconf.ParseSettings(written.String())
	if err != nil {
		t.Fatal(err)
	}
	given := 0
	for _, s := range settings {
		if !s.Given() {
			continue
		}
		given++
		if fmt.Sprint(s.Value) != fmt.Sprint(s.Default) {
			t.Errorf("%s is %v as the page has it, and %v by default", s.Path(), s.Value, s.Default)
		}
	}
	if want := len(ssoconf.Keys()); rows != want || given != want {
		t.Errorf("the page has %d keys, of which %d are read: there are %d", rows, given, want)
	}
}
