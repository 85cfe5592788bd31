package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// guideCommands returns the indented lines of a section of a page in host/docs, which
// are commands.
func guideCommands(t *testing.T, page, section string) (commands []string) {
	t.Helper()
	text, err := os.ReadFile("../host/docs/" + page)
	if err != nil {
		t.Fatal(err)
	}
	_, guide, found := strings.Cut(string(text), "\n## "+section+"\n")
	guide, _, _ = strings.Cut(guide, "\n## ")
	for line := range strings.Lines(guide) {
		if line, isCode := strings.CutPrefix(strings.TrimRight(line, "\n"), "    "); isCode {
			commands = append(commands, line)
		}
	}
	if !found || len(commands) == 0 {
		t.Fatalf("%s has no commands in %s", page, section)
	}
	return commands
}

// guideShell runs a line of a guide in a directory, with the command that was built as
// enrol, and returns what it prints.
func guideShell(dir, line string) (printed []byte, err error) {
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(command)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return cmd.CombinedOutput()
}
