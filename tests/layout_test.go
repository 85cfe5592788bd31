package tests

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = "github.com/enrol-sso/enrol/"

// arrows lists which folders each folder may import. Nobody may import a folder
// that is not listed.
var arrows = map[string][]string{
	"kv":       {"kv"},
	"signup":   {"signup", "kv"},
	"wasm":     {"wasm", "signup", "kv"},
	"host":     {"host", "wasm", "signup", "kv"},
	"tests":    {"tests", "host", "wasm", "signup", "kv"},
	"bindings": {},
}

// coreArrows lists which packages of the module each package of the core may
// import. Every package of the core is listed.
var coreArrows = map[string][]string{
	"signup": {
		"kv", "signup/ssoconf", "signup/strictjson", "signup/zxcvbn",
		"signup/internal/ascii", "signup/internal/effects", "signup/internal/fault", "signup/internal/identity",
		"signup/internal/identity/precis", "signup/internal/keyring", "signup/internal/password", "signup/internal/phc", "signup/internal/record", "signup/internal/secret", "signup/internal/visible",
	},
	"signup/fsck": {
		"kv", "signup/ssoconf",
		"signup/internal/identity", "signup/internal/keyring", "signup/internal/phc", "signup/internal/record",
	},
	"signup/internal/ascii":           {},
	"signup/internal/effects":         {"signup/internal/fault", "signup/strictjson"},
	"signup/internal/fault":           {},
	"signup/internal/identity":        {"signup/internal/identity/precis"},
	"signup/internal/identity/precis": {},
	"signup/internal/keyring":         {"signup/internal/ascii", "signup/internal/fault", "signup/internal/secret", "signup/strictjson"},
	"signup/internal/password":        {"signup/internal/identity", "signup/zxcvbn"},
	"signup/internal/phc":             {"signup/strictjson"},
	"signup/internal/record":          {"kv", "signup/internal/ascii", "signup/internal/fault", "signup/internal/keyring", "signup/internal/phc", "signup/internal/secret", "signup/strictjson"},
	"signup/internal/secret":          {},
	"signup/internal/visible":         {},
	"signup/signuptest":               {"kv", "kv/memory", "signup/internal/effects", "signup/internal/phc"},
	"signup/ssoconf":                  {"signup/internal/identity", "signup/internal/phc", "signup/internal/visible", "signup/ssoconf/configobj"},
	"signup/ssoconf/configobj":        {},
	"signup/strictjson":               {"signup/internal/ascii", "signup/internal/visible"},
	"signup/zxcvbn":                   {"signup/zxcvbn/words"},
	"signup/zxcvbn/words":             {},
}

// sources calls a function for every file that belongs to the project.
func sources(t *testing.T, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != ".." && strings.HasPrefix(name, ".") || slices.Contains([]string{"build", "dist", "node_modules", "data"}, name) {
				return filepath.SkipDir
			}
			return nil
		}
		visit(path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDependenciesPointOneWay(t *testing.T) {
	sources(t, func(path string) {
		if !strings.HasSuffix(path, ".go") {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		folder := strings.Split(filepath.ToSlash(path), "/")[1]
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			inside, ours := strings.CutPrefix(imported, root)
			other, _, _ := strings.Cut(inside, "/")
			if ours && !slices.Contains(arrows[folder], other) {
				t.Errorf("%s imports %s, which %s must not import", path, imported, folder)
			}
		}
	})
}

// Within the core, each package knows only those below it. Tests may know more.
func TestPackagesOfTheCorePointOneWay(t *testing.T) {
	found := map[string]bool{}
	sources(t, func(path string) {
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return
		}
		folder := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
		if folder != "signup" && !strings.HasPrefix(folder, "signup/") {
			return
		}
		found[folder] = true
		allowed, listed := coreArrows[folder]
		if !listed {
			t.Errorf("%s is no known package of the core", folder)
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if inside, ours := strings.CutPrefix(imported, root); ours && !slices.Contains(allowed, inside) {
				t.Errorf("%s imports %s, which %s must not import", path, imported, folder)
			}
		}
	})
	for folder := range coreArrows {
		if !found[folder] {
			t.Errorf("there is no package %s", folder)
		}
	}
}

// The contract of stores has no dependencies at all.
func TestTheStoreContractStandsAlone(t *testing.T) {
	paths, err := filepath.Glob("../kv/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatal("there is no kv", err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if strings.Contains(spec.Path.Value, ".") && !strings.HasSuffix(path, "_test.go") {
				t.Errorf("%s imports %s", path, spec.Path.Value)
			}
		}
	}
}

// The comment of the contract leads to all stores.
func TestTheContractNamesEachStore(t *testing.T) {
	contract, err := os.ReadFile("../kv/kv.go")
	if err != nil {
		t.Fatal(err)
	}
	comment, _, _ := strings.Cut(string(contract), "\npackage kv")
	paths, err := filepath.Glob("../kv/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	stores := 0
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(source), "\nvar _ kv.Store = ") {
			continue
		}
		stores++
		if name := "kv/" + filepath.Base(filepath.Dir(path)); !regexp.MustCompile(name + `\b`).MatchString(comment) {
			t.Errorf("the comment of package kv does not name %s", name)
		}
	}
	if stores < 4 {
		t.Errorf("%d stores were found", stores)
	}
}

// A program that does not use a database links nothing of its driver.
func TestOnlyTheStoreOnADatabaseNeedsItsDriver(t *testing.T) {
	for _, database := range []struct{ users, imports []string }{
		{
			[]string{"kv/postgres", "tests/postgres", "tests/postgres/pgserver", "tests/growth", "tests/chaos", "host/cmd/enrol"},
			[]string{"github.com/jackc/", root + "kv/postgres"},
		},
		{
			[]string{"kv/etcd", "tests/etcd", "tests/etcd/cluster", "tests/growth", "tests/chaos", "host/cmd/enrol"},
			[]string{"go.etcd.io/", "google.golang.org/grpc", "go.uber.org/zap", root + "kv/etcd"},
		},
	} {
		sources(t, func(path string) {
			folder := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
			if !strings.HasSuffix(path, ".go") || slices.Contains(database.users, folder) {
				return
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range file.Imports {
				name := strings.Trim(spec.Path.Value, `"`)
				if slices.ContainsFunc(database.imports, func(driver string) bool { return strings.HasPrefix(name, driver) }) {
					t.Errorf("%s imports %s", path, name)
				}
			}
		})
	}
}

// The top of the tree stays as the design has it.
func TestTopLevelHasOnlyTheFoldersOfTheDesign(t *testing.T) {
	known := []string{
		"bindings", "host", "kv", "signup", "tests", "wasm", "build", "data",
		"Makefile", "README.md", "CONTRIBUTING.md", "RATIONALE.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", "go.mod", "go.sum",
		"data.key", "data.audit.jsonl",
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(known, name) {
			t.Errorf("%s has no place at the top level", name)
		}
	}
}
