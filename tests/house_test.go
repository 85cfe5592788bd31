package tests

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = "github.com/enrol-sso/enrol/"

// arrows says which rooms each room may know. A room that is not listed is
// nobody's to import.
var arrows = map[string][]string{
	"kv":       {"kv"},
	"signup":   {"signup", "kv"},
	"wasm":     {"wasm", "signup", "kv"},
	"host":     {"host", "wasm", "signup", "kv"},
	"tests":    {"tests", "host", "wasm", "signup", "kv"},
	"bindings": {},
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
		room := strings.Split(filepath.ToSlash(path), "/")[1]
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			inside, ours := strings.CutPrefix(imported, root)
			other, _, _ := strings.Cut(inside, "/")
			if ours && !slices.Contains(arrows[room], other) {
				t.Errorf("%s imports %s, which is not for %s to know", path, imported, room)
			}
		}
	})
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

// longest is how many lines a file may have. Most have less than half of it.
const longest = 400

func TestFilesAreSmall(t *testing.T) {
	sources(t, func(path string) {
		if !slices.Contains([]string{".go", ".ts", ".mjs", ".js"}, filepath.Ext(path)) {
			return
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(data, []byte("\n")); lines > longest {
			t.Errorf("%s has %d lines, the limit is %d", path, lines, longest)
		}
	})
}

// The top of the tree stays as the design has it.
func TestTopLevelHasOnlyTheRooms(t *testing.T) {
	known := []string{
		"bindings", "host", "kv", "signup", "tests", "wasm", "build", "data",
		"Makefile", "README.md", "RATIONALE.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", "go.mod", "go.sum",
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
