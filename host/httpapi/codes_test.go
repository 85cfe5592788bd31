package httpapi_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// codeRow is a line of tests/codes.txt, which tests in other languages read
// too.
type codeRow struct {
	code   signup.Code
	status int // 0 for warnings
	public int // the status in the public JSON API
	field  string
}

func codeTable(t *testing.T) []codeRow {
	t.Helper()
	text, err := os.ReadFile("../../tests/codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	var rows []codeRow
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Fields(line)
		if len(columns) != 4 {
			t.Fatalf("tests/codes.txt has the line %q", line)
		}
		row := codeRow{code: signup.Code(columns[0]), field: columns[3]}
		for i, status := range []*int{&row.status, &row.public} {
			if column := columns[i+1]; column != "-" {
				if *status, err = strconv.Atoi(column); err != nil {
					t.Fatal(err)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// codeNames are the constants that are codes, by their value.
func codeNames(t *testing.T) map[signup.Code]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../signup/internal/fault/code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[signup.Code]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			names[signup.Code(value)] = spec.Names[0].Name
		}
		return false
	})
	return names
}

func TestStatusOfEveryCode(t *testing.T) {
	for _, row := range codeTable(t) {
		if row.status == 0 {
			continue
		}
		t.Run(string(row.code), func(t *testing.T) {
			engine := answering(signup.Response{CID: "c", Status: signup.StatusError, SubStatus: []signup.Code{row.code}})
			r := serve(t, engine, httpapi.Options{}, nil).send(http.MethodPost, signupPath, ada)
			r.want(t, row.status, row.code)
			if busy := row.status == http.StatusServiceUnavailable; busy != (r.header.Get("Retry-After") != "") {
				t.Errorf("Retry-After is %q", r.header.Get("Retry-After"))
			}
		})
	}
}

func TestFirstCodeWithItsOwnStatusDecides(t *testing.T) {
	codes := []signup.Code{signup.UsernameInvalid, signup.RateLimited, signup.Busy}
	engine := answering(signup.Response{CID: "c", Status: signup.StatusError, SubStatus: codes})
	serve(t, engine, httpapi.Options{}, nil).send(http.MethodPost, signupPath, ada).want(t, http.StatusTooManyRequests, codes...)
}

func TestTableOfCodesHasEveryCodeAndItsField(t *testing.T) {
	fields := map[string]string{"Username": "username", "Email": "email", "Password": "password", "AppList": "app_list", "UserID": "user_id"}
	names := codeNames(t)
	var seen []signup.Code
	for _, row := range codeTable(t) {
		seen = append(seen, row.code)
		name, ok := names[row.code]
		if !ok {
			t.Errorf("%s is no code of signup", row.code)
			continue
		}
		want := "-"
		for prefix, field := range fields {
			if strings.HasPrefix(name, prefix) {
				want = field
			}
		}
		if row.field != want {
			t.Errorf("%s, which is %s, is said to be about %s", row.code, name, row.field)
		}
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != len(names) || len(names) < 30 {
		t.Errorf("the table has %d codes, signup %d", len(seen), len(names))
	}
}
