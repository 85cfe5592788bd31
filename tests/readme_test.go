package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// snippet returns the README's snippet in a language. It has at most sixteen
// lines, not counting the imports and the frame of a Go program.
func snippet(t *testing.T, language string) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(found) != 1 {
		t.Fatalf("the README has %d snippets of %s, want 1", len(found), language)
	}
	text := found[0][1]
	if _, body, ok := strings.Cut(text, "func main() {\n"); ok {
		body, _ = strings.CutSuffix(body, "}\n")
		text = body
	}
	if lines := strings.Count(text, "\n"); lines > 16 {
		t.Errorf("the snippet of %s has %d lines, the limit is 16", language, lines)
	}
	text = found[0][1]
	return text
}

// runIn runs a program in a directory and returns its standard output.
func runIn(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, stdout, &stderr)
	}
	return string(stdout)
}

func TestReadmeInCurl(t *testing.T) {
	t.Parallel()
	s := serve(t, "--data", filepath.Join(t.TempDir(), "data"))
	defer s.stop(t)
	text := strings.ReplaceAll(snippet(t, "sh"), "http://127.0.0.1:8080", s.url)
	output := runIn(t, t.TempDir(), "sh", "-c", text)
	login := regexp.MustCompile(`(?s)"status":"ok".*"status":"ok","user":\{.*"sign_up_status":"final"`)
	if !login.MatchString(output) || strings.Contains(output, "error") {
		t.Errorf("curl printed %s", output)
	}
}

// besideClone makes the folder of a program with the repository next to it, as
// the README's commands expect it, and returns its path.
func besideClone(t *testing.T, program, text string) string {
	t.Helper()
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	parent := t.TempDir()
	if err := os.Symlink(repository, filepath.Join(parent, "enrol")); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "program")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, program), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// installCommands returns the commands that follow a line of the README's section
// Install which starts with some words.
func installCommands(t *testing.T, words string) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`\n` + words + `[^\n]*:\n\n((?: {4}.*\n)+)`).FindStringSubmatch(string(readme))
	if found == nil {
		t.Fatalf("the README has no commands after %q", words)
	}
	return "set -e\n" + found[1]
}

func TestReadmeInstallsTheCommand(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	runIn(t, "..", "env", "GOBIN="+bin, "sh", "-c", installCommands(t, "The command"))
	if output := runIn(t, bin, "./enrol", "version"); !strings.HasPrefix(output, "enrol ") {
		t.Errorf("it printed %s", output)
	}
}

func TestReadmeInGo(t *testing.T) {
	t.Parallel()
	dir := besideClone(t, "main.go", snippet(t, "go"))
	runIn(t, dir, "go", "mod", "init", "example.com/program")
	runIn(t, dir, "sh", "-c", installCommands(t, "For Go"))
	if output := runIn(t, dir, "go", "run", "."); output != "ok <nil>\nok <nil>\nok final <nil>\n" {
		t.Errorf("the program printed %s", output)
	}
}

func TestReadmeInJavaScript(t *testing.T) {
	t.Parallel()
	dir := besideClone(t, "main.mjs", snippet(t, "js"))
	runIn(t, dir, "env", "npm_config_ignore_scripts=true", "npm_config_prefer_offline=true", "sh", "-c", installCommands(t, "For JavaScript"))
	if output := runIn(t, dir, "node", "main.mjs"); output != "final\n" {
		t.Errorf("the program printed %s", output)
	}
}
