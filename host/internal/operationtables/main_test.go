package main

import (
	"os"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
)

func TestCommittedPageIsThatOfTheDescriptions(t *testing.T) {
	committed, err := os.ReadFile("../../../" + output)
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != page() {
		t.Errorf("%s differs from the descriptions of operations: go run ./host/internal/operationtables", output)
	}
}

// Each operation is on this page, or has its members on the page of HTTP.
func TestEveryOperationHasItsMembersOnAPage(t *testing.T) {
	http, err := os.ReadFile("../../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range host.OperatorOperations() {
		here := strings.Contains(page(), "\n## "+operation+"\n")
		there := strings.Contains(string(http), "/"+operation+"\n\n") // the end of a heading
		if !here && !there && operation != "signup" {
			t.Errorf("no page has the members of %s", operation)
		}
	}
}
