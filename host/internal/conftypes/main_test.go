package main

import (
	"os"
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
