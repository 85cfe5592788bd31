package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The commands of the pages about a server that runs elsewhere, and about its
// description, work with a server.
func TestCommandsOfPagesWorkWithAServer(t *testing.T) {
	dir := t.TempDir()
	key := strings.Repeat("0123456789abcdef", 4)
	if err := os.WriteFile(filepath.Join(dir, "super.key"), []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "--data", filepath.Join(dir, "data"), "--conf", write(t, "sso.conf", telling+cheap), "--native", "--super-api-key-file", filepath.Join(dir, "super.key"))
	defer s.stop(t)
	s.signUp("ada")
	at := strings.NewReplacer("https://enrol.example.com", s.url, "http://127.0.0.1:8080", s.url, "to-approve", "to-confirm")
	for _, where := range [][2]string{{"command.md", "With a running server"}, {"http.md", "Endpoints"}} {
		for _, line := range guideCommands(t, where[0], where[1]) {
			if !strings.HasPrefix(line, "enrol pending") && !strings.HasPrefix(line, "curl") {
				continue // what starts a server
			}
			if printed, err := guideShell(dir, at.Replace(line)); err != nil || strings.HasPrefix(line, "enrol pending") && !strings.Contains(string(printed), "ada") {
				t.Errorf("%s: %v: %s", line, err, printed)
			}
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "enrol.json")); err != nil || !strings.Contains(string(text), `"openapi":"3.1`) {
		t.Errorf("the description is %.100s: %v", text, err)
	}
}
