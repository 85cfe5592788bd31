package tests

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// TestBatchWaitsForABusyServer sends a batch to a server that lets few passwords wait,
// and expects no line to be refused for that.
func TestBatchWaitsForABusyServer(t *testing.T) {
	key := write(t, "super.key", strings.Repeat("x", 32))
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, "--data", data, "--conf", write(t, "sso.conf", telling+cheap), "--super-api-key-file", key, "--hash-memory", "8", "--hash-wait", "20ms")
	for name, flags := range map[string][]string{"socket": {"--data", data}, "url": {"--server", s.url, "--super-api-key-file", key}} {
		var requests strings.Builder
		const n = 30
		for i := range n {
			requests.WriteString(applicant(fmt.Sprint(name, i)) + "\n")
		}
		answers := ok(t, requests.String(), append([]string{"signup"}, flags...)...)
		if got := strings.Count(answers, "confirm_token"); got != n {
			t.Errorf("by the %s: %d of %d lines were done", name, got, n)
		}
	}
	busy := 0
	for _, entry := range trail(t, data)["user.signup"] {
		if slices.Contains(entry.Extra.SubStatus, signup.Busy) {
			busy++
		}
	}
	if busy == 0 {
		t.Error("the server was never busy")
	}
	s.stop(t)
}
