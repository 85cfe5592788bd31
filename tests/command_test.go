package tests

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// command is the path of the enrol command built from this tree, with the
// module that it embeds.
var command string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tests:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "enrol-tests-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	command = filepath.Join(dir, "enrol")
	build := exec.Command("go", "build", "-o", command, "../host/cmd/enrol")
	if output, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, output)
	}
	return m.Run(), nil
}

// result is the result of a run of the command.
type result struct {
	code           int
	stdout, stderr string
}

// lines returns the lines of the standard output.
func (r result) lines() []string {
	return strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n")
}

// enrol runs the command and waits for its end.
func enrol(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(command, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// write puts a text into a file of a new directory and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// cheap makes password hashing quick, and scores no password.
const cheap = "[password]\nmin_complexity=0\n[enrol]\nargon2_memory=8192\nargon2_iterations=1\n"

// telling is a configuration that discloses every code.
const telling = "[apps]\nall=CRM\nsignup_allowed=CRM\n[signup]\nemail_confirm_enabled=False\nemail_welcome_enabled=False\n" +
	"inform_if_user_exists=True\ninform_if_user_invalid=True\ninform_if_email_exists=True\ninform_if_email_invalid=True\n"
