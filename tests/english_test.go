package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// replaced are words that were replaced by plain English, each with a better
// one. CONTRIBUTING.md says how to write.
var replaced = map[string]string{
	"whoever":         "the caller, anyone who",
	"in earnest":      "in production",
	"thereof":         "of it",
	"wherein":         "in which",
	"and its kin":     "name them",
	"anew":            "again",
	"under way":       "running",
	"as long as":      "while, if",
	"for ever":        "forever",
	"beside":          "next to, in addition to",
	"anyhow":          "remove it",
	"for the sake of": "because of",
	"without a word":  "silently",
	"fit to":          "match",
	"fits to":         "matches",
	"one in a line":   "one per line",
	"one a line":      "one per line",
	"object a line":   "object per line",
	"text a line":     "text per line",
	"request a line":  "request per line",
	"is no url":       "is not a URL",
	"has to be":       "must be",
	"have to be":      "must be",
	"had to be":       "was required to be, needed to be",
	"says whether":    "reports whether",
	"say whether":     "report whether",
	"told apart":      "distinguished",
	"holds up":        "delays",
	"at hand":         "given, present",
	"all the same":    "still",
	"rests on":        "depends on",
	"put off":         "postponed",
	"as a rule":       "usually",
	"held up":         "delayed",
}

// unread reports whether a file is skipped: its English is not ours, or it is
// recorded.
func unread(path string) bool {
	path = filepath.ToSlash(path)
	for _, part := range []string{"/transcripts/", "/testdata/corpus/", "english_test.go", "package-lock.json", "LICENSE"} {
		if strings.Contains(path, part) {
			return true
		}
	}
	return !slices.Contains([]string{".go", ".md", ".ts", ".js", ".sql", ".sh", ".conf", ".py", ".rs", ".java"}, filepath.Ext(path)) && filepath.Base(path) != "Makefile"
}

// Documents, comments, messages and names use plain English.
func TestWordsThatWereReplacedStayAway(t *testing.T) {
	words := make([]string, 0, len(replaced))
	for word := range replaced {
		words = append(words, strings.ReplaceAll(word, " ", `\s+(?://\s*|\*\s*|#\s*)?`))
	}
	slices.Sort(words)
	pattern := regexp.MustCompile(`(?i)\b(` + strings.Join(words, "|") + `)\b`)
	gap := regexp.MustCompile(`[\s/*#]+`)
	read := 0
	sources(t, func(path string) {
		if unread(path) {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		read++
		for _, at := range pattern.FindAllIndex(text, -1) {
			word := gap.ReplaceAllString(string(text[at[0]:at[1]]), " ")
			line := 1 + strings.Count(string(text[:at[0]]), "\n")
			t.Errorf("%s:%d: %q: write %s", path, line, word, replaced[strings.ToLower(word)])
		}
	})
	if read < 300 {
		t.Errorf("only %d files were read", read)
	}
}
