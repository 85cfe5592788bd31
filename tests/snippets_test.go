package tests

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// checkSnippet returns what is wrong with a snippet of a document, "" if nothing
// is. Nothing is run: other tests run what the documents begin with.
func checkSnippet(t *testing.T, language, text string) string {
	t.Helper()
	var cmd *exec.Cmd
	switch language {
	case "go":
		dir, err := os.MkdirTemp("../build", "snippet-") // within the module, so that no network is needed
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd = exec.Command("go", "vet", ".")
		cmd.Dir = dir
	case "js":
		cmd = exec.Command("node", "--check", write(t, "snippet.mjs", text))
	case "sh":
		cmd = exec.Command("sh", "-n", write(t, "snippet.sh", text))
	case "json":
		if !json.Valid([]byte(text)) {
			return "it is not JSON"
		}
		return ""
	case "ini":
		_, notices, err := ssoconf.Parse(text)
		for _, notice := range notices {
			if notice.Line > 0 {
				return notice.Message
			}
		}
		if err != nil {
			return err.Error()
		}
		return ""
	case "text":
		return ""
	default:
		return "no test checks this language"
	}
	if output, err := cmd.CombinedOutput(); err != nil {
		return err.Error() + ": " + string(output)
	}
	return ""
}

// Go snippets are whole programs that compile, the others have valid syntax.
func TestSnippetsOfDocumentsAreValid(t *testing.T) {
	t.Parallel()
	fence := regexp.MustCompile("(?ms)^( *)```([^`\n]*)\n(.*?)^ *```$")
	checked := map[string]int{}
	sources(t, func(path string) {
		if filepath.Ext(path) != ".md" {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		isParsed := filepath.Base(path) == "from-zato.md" // by TestSettingsOfTheOriginalAreUsableAsThePageSays
		for _, found := range fence.FindAllStringSubmatch(string(text), -1) {
			indent, language := found[1], found[2]
			if language == "ini" && isParsed {
				continue
			}
			snippet := strings.ReplaceAll("\n"+found[3], "\n"+indent, "\n")
			if wrong := checkSnippet(t, language, strings.TrimPrefix(snippet, "\n")); wrong != "" {
				t.Errorf("%s: a snippet in %q: %s\n%s", path, language, wrong, snippet)
			}
			checked[language]++
		}
	})
	for language, least := range map[string]int{"go": 2, "js": 7, "sh": 10, "json": 10, "ini": 2} {
		if checked[language] < least {
			t.Errorf("only %d snippets of %s were checked", checked[language], language)
		}
	}
}
