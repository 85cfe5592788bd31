package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The program of the page about mails starts with the password that the page names,
// and not without it.
func TestProgramOfThePageAboutMailsStarts(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../host/docs/mail.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(string(page))
	if found == nil {
		t.Fatal("the page has no program")
	}
	dir, err := os.MkdirTemp("../build", "snippet-") // within the module, so that no network is needed
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(found[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "program")
	build, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	runIn(t, build, "go", "build", "-o", program, ".")
	runIn(t, build, "env", "ENROL_SMTP_PASSWORD=secret", program)
	without := exec.Command(program)
	without.Env = []string{"HOME=" + t.TempDir()}
	if output, err := without.CombinedOutput(); err == nil || !strings.Contains(string(output), "there is no password") {
		t.Errorf("without the password: %v %s", err, output)
	}
}
