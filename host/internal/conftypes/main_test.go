package main

import (
	"os"
	"testing"
)

func TestCommittedTypesAreThoseOfTheTable(t *testing.T) {
	committed, err := os.ReadFile("../../../" + output)
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != source() {
		t.Errorf("%s differs from the table of keys: go run ./host/internal/conftypes", output)
	}
}
