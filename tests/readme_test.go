package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// snippet returns the README's one of a language, which has at most ten lines.
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
	if lines := strings.Count(text, "\n"); lines > 10 {
		t.Errorf("the snippet of %s has %d lines, the limit is 10", language, lines)
	}
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
	if output := runIn(t, t.TempDir(), "sh", "-c", text); !strings.Contains(output, `"confirm_token"`) {
		t.Errorf("curl printed %s", output)
	}
}

func TestReadmeInGo(t *testing.T) {
	t.Parallel()
	here, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	program := "package main\n\nimport (\n\"context\"\n\"fmt\"\n\"log\"\n\"log/slog\"\n\n" +
		"\"github.com/enrol-sso/enrol/host\"\n\"github.com/enrol-sso/enrol/kv/memory\"\n\"github.com/enrol-sso/enrol/signup\"\n)\n\n" +
		"func main() {\nctx := context.Background()\n" + snippet(t, "go") + "}\n"
	// A folder within the module, so that it is built as the module's users
	// would, without a network.
	dir, err := os.MkdirTemp(filepath.Join(here, "build"), "readme-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	if output := runIn(t, dir, "go", "run", "."); output != "ok <nil>\n" {
		t.Errorf("the program printed %s", output)
	}
}

func TestReadmeInJavaScript(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pack := strings.TrimSpace(runIn(t, "../bindings/js", "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", dir))
	for name, text := range map[string]string{"package.json": "{}", "main.mjs": snippet(t, "js")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	runIn(t, dir, "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", "./"+pack)
	if output := runIn(t, dir, "node", "main.mjs"); output != "32\n" {
		t.Errorf("the program printed %s", output)
	}
}
