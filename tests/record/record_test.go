package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The transcripts in this tree are those that the scenarios record. A change of
// the core's behaviour shows up as a change of these files.
func TestTranscriptsAreUpToDate(t *testing.T) {
	fresh, kept := t.TempDir(), filepath.Join("..", "transcripts")
	if err := record(fresh, nil); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, dir := range []string{fresh, kept} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			names[entry.Name()] = true
		}
	}
	for name := range names {
		want, _ := os.ReadFile(filepath.Join(fresh, name))
		got, _ := os.ReadFile(filepath.Join(kept, name))
		if string(got) != string(want) {
			t.Errorf("%s differs from what its scenario records: run make transcripts and read the diff", name)
		}
	}
}

func TestUnknownScenarioIsAnError(t *testing.T) {
	if err := record(t.TempDir(), []string{"no-such-scenario"}); err == nil {
		t.Error("a scenario that does not exist was recorded")
	}
}
