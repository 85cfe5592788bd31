package tests

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestAuditGuide runs the commands of the guide next to a server, and once more after
// somebody removed an entry, which the last one shows.
func TestAuditGuide(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, "--data", filepath.Join(dir, "data"), "--conf", write(t, "sso.conf", telling+cheap), "--native", "--audit-max-bytes", "4096")
	defer s.stop(t)
	for i := range 20 {
		s.signUp(fmt.Sprintf("ada%d", i))
	}
	commands := guideCommands(t, "audit.md", "Verifying")
	for _, line := range commands {
		if printed, err := guideShell(dir, line); err != nil {
			t.Errorf("%s: %v: %s", line, err, printed)
		}
	}
	if _, err := guideShell(dir, `file=$(ls data.audit.jsonl.* | head -1) && sed -i 2d "$file"`); err != nil {
		t.Fatal(err)
	}
	verify := commands[len(commands)-1]
	if printed, err := guideShell(dir, verify); err == nil || !strings.Contains(string(printed), "data.audit.jsonl.") {
		t.Errorf("%s: %v: %s", verify, err, printed)
	}
}
