package page_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// adviceOfTheCore returns the warnings and suggestions that its source declares.
func adviceOfTheCore(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../signup/zxcvbn/feedback.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		kind, ok := spec.Type.(*ast.Ident)
		if !ok || kind.Name != "Warning" && kind.Name != "Suggestion" {
			return true
		}
		for _, value := range spec.Values {
			literal, ok := value.(*ast.BasicLit)
			if !ok {
				t.Fatalf("%v is not a literal", spec.Names)
			}
			code, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, code)
		}
		return true
	})
	for _, code := range []string{string(zxcvbn.CommonName), string(zxcvbn.SignsHelpLittle)} {
		if !slices.Contains(codes, code) {
			t.Fatalf("%s is not among %v", code, codes)
		}
	}
	return codes
}

// Every score, warning and suggestion of the core has a text of its own in every
// language, and no text is left over.
func TestEveryAdviceAboutPasswordsHasATextInEveryLanguage(t *testing.T) {
	want := append(adviceOfTheCore(t), "label", "score0", "score1", "score2", "score3", "score4")
	slices.Sort(want)
	for _, language := range ssoconf.Languages() {
		data, err := os.ReadFile("catalogue/" + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var catalogue struct{ Strength map[string]string }
		if err := json.Unmarshal(data, &catalogue); err != nil {
			t.Fatal(err)
		}
		if got := slices.Sorted(maps.Keys(catalogue.Strength)); !slices.Equal(got, want) {
			t.Errorf("%s: there are texts for %v, want %v", language, got, want)
		}
		seen := map[string]string{}
		for code, text := range catalogue.Strength {
			if other, found := seen[text]; text == "" || found {
				t.Errorf("%s: the text of %s is %q, that of %q too", language, code, text, other)
			}
			seen[text] = code
		}
	}
}
