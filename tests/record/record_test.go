package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The transcripts of this tree are what its scenarios record: a change of the
// core's behaviour shows as a change of these files.
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
			t.Errorf("%s is not what its scenario records now: make transcripts, and read the difference", name)
		}
	}
}

func TestUnknownScenarioIsAnError(t *testing.T) {
	if err := record(t.TempDir(), []string{"no-such-scenario"}); err == nil {
		t.Error("a scenario that does not exist was recorded")
	}
}
