package httpapi_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// codesPage returns the rows of host/docs/codes.md that match a pattern, without
// their pipes, in order.
func codesPage(t *testing.T, row string) [][]string {
	t.Helper()
	text, err := os.ReadFile("../docs/codes.md")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?m)^\| `+row+` \|`).FindAllStringSubmatch(string(text), -1)
}

func TestPageOfCodesHasEveryCodeWithItsStatusAndField(t *testing.T) {
	var page, table []string
	for _, row := range codesPage(t, `([EW]\d{6}) \| (\d{3}) \| (\d{3}) \| (\S+) \| [^|]{10,} \| (?:always|\x60[a-z_.]+\x60)`) {
		page = append(page, strings.Join(row[1:], " "))
	}
	for _, row := range codeTable(t) {
		status, public := row.status, row.public
		if status == 0 { // a warning
			status, public = http.StatusOK, http.StatusOK
		}
		table = append(table, fmt.Sprintf("%s %d %d %s", row.code, status, public, row.field))
	}
	slices.Sort(page)
	slices.Sort(table)
	if !slices.Equal(page, table) {
		t.Errorf("host/docs/codes.md has\n%s\ntests/codes.txt has\n%s", strings.Join(page, "\n"), strings.Join(table, "\n"))
	}
}

// refusals are the statuses and codes with which the front refuses a request by
// itself, as its source has them.
func refusals(t *testing.T) []string {
	t.Helper()
	codes := map[string]signup.Code{}
	for code, name := range codeNames(t) {
		codes[name] = code
	}
	statuses := map[string]int{}
	for status := 400; status < 600; status++ {
		statuses["Status"+strings.ReplaceAll(http.StatusText(status), " ", "")] = status
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch name, _ := call.Fun.(*ast.Ident); {
			case name == nil:
			case name.Name == "malformed":
				found[fmt.Sprintf("400 %s", signup.InvalidInput)] = true
			case name.Name == "refuse":
				status, isStatus := call.Args[0].(*ast.SelectorExpr)
				code, isCode := call.Args[1].(*ast.SelectorExpr)
				if !isStatus || !isCode || statuses[status.Sel.Name] == 0 || codes[code.Sel.Name] == "" {
					t.Errorf("%s refuses with a status or a code that cannot be read", path)
					return true
				}
				found[fmt.Sprintf("%d %s", statuses[status.Sel.Name], codes[code.Sel.Name])] = true
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

func TestPageOfCodesHasEveryRefusalOfTheFront(t *testing.T) {
	var page []string
	for _, row := range codesPage(t, `(\d{3}) \| (E\d{6}) \| [^|]{5,}`) {
		page = append(page, row[1]+" "+row[2])
	}
	slices.Sort(page)
	if source := refusals(t); !slices.Equal(page, source) || len(source) < 8 {
		t.Errorf("host/docs/codes.md has\n%s\nthe source has\n%s", strings.Join(page, "\n"), strings.Join(source, "\n"))
	}
}
