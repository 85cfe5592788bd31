package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const sample = `# of usernames
rule: no spaces
file: signup/username.go
run: TestA TestB
-	case hasSpace(username):
+	case false:

rule: not empty
file: host/x.go
test: ./a ./b
-if a {
-return b
`

func TestRulesAreParsed(t *testing.T) {
	all, err := parse(sample)
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	if m := all[0]; m.Rule != "no spaces" || !slices.Equal(m.Packages, []string{"./signup"}) || !slices.Equal(m.New, []string{"case false:"}) || !slices.Equal(m.Tests, []string{"TestA", "TestB"}) {
		t.Errorf("%+v", m)
	}
	if m := all[1]; !slices.Equal(m.Packages, []string{"./a", "./b"}) || len(m.Old) != 2 || m.New != nil {
		t.Errorf("%+v", m)
	}
	for _, bad := range []string{"-x", "rule: a\nfile: b", "rule: a\n-x", "rule: a\nfle: b\n-x"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestRemovedLinesMustOccurOnce(t *testing.T) {
	m := &Mutation{Old: []string{"b", "c"}, New: []string{"x"}}
	if got, err := m.apply("a\n\tb\n  c \nd"); got != "a\nx\nd" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	for _, source := range []string{"", "b\nd", "b\nc\nb\nc"} {
		if _, err := m.apply(source); !errors.Is(err, errNotOnce) {
			t.Errorf("%q: %v", source, err)
		}
	}
}

func TestBuildFailureIsNotATestFailure(t *testing.T) {
	if _, failed := firstFailure("# x\n./a.go:3: undefined: y\nFAIL\tx [build failed]\nFAIL\n"); failed {
		t.Error("a build failure counts as a test's")
	}
	if test, failed := firstFailure("--- FAIL: TestA (0.00s)\n    a_test.go:3: no\nFAIL\n"); !failed || test != "--- FAIL: TestA" {
		t.Error(test, failed)
	}
}

func TestFastTestsRunFirst(t *testing.T) {
	output := "=== RUN   TestA\n--- PASS: TestA (0.90s)\n    --- PASS: TestA/b (0.00s)\n--- PASS: TestB (0.00s)\n--- PASS: TestC (0.01s)\nPASS\n"
	if got := byTime(output); len(got) != 2 || !slices.Equal(got[0], []string{"TestB", "TestC"}) || !slices.Equal(got[1], []string{"TestA"}) {
		t.Errorf("%q", got)
	}
}

// Every rule can still be removed. make mutate shows that its tests then fail.
func TestEveryRuleMatchesItsFile(t *testing.T) {
	t.Chdir("../..")
	all, err := load("tests/mutation/rules")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range all {
		if names[m.Rule] {
			t.Errorf("%s: there are two of the name", m.Rule)
		}
		names[m.Rule] = true
		source, err := os.ReadFile(m.File)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.apply(string(source)); err != nil {
			t.Errorf("%s: %s: %v", m.Rule, m.File, err)
		}
	}
}

func TestDailySamplesCoverEveryRule(t *testing.T) {
	all := make([]*Mutation, 10)
	for i := range all {
		all[i] = &Mutation{number: i + 1}
	}
	tried := map[int]int{}
	for day := range 3 {
		for _, m := range ofDay(all, 3, time.Unix(int64(20_000+day)*86_400, 0)) {
			tried[m.number]++
		}
	}
	for i := range all {
		if tried[i+1] != 1 {
			t.Errorf("rule %d is tried %d times in three days", i+1, tried[i+1])
		}
	}
	if n := len(ofDay(all, 1, time.Now())); n != len(all) {
		t.Errorf("one in one are %d of %d", n, len(all))
	}
}

// The tests that a rule names exist in the packages whose tests it runs.
func TestEveryRuleNamesTestsThatExist(t *testing.T) {
	t.Chdir("../..")
	all, err := load("tests/mutation/rules")
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{} // of the tests of a package
	for _, m := range all {
		for _, dir := range m.Packages {
			if _, read := sources[dir]; !read {
				sources[dir] = testSource(t, dir)
			}
		}
		for _, name := range m.Tests {
			name, _, _ = strings.Cut(name, "/")
			named := regexp.MustCompile(`(?m)^func (` + strings.ReplaceAll(name, "$", `\(`) + `)`)
			if !slices.ContainsFunc(m.Packages, func(dir string) bool { return named.MatchString(sources[dir]) }) {
				t.Errorf("%s: there is no test %s in %s", m.Rule, name, strings.Join(m.Packages, ", "))
			}
		}
	}
}

// testSource returns the source of all tests of a package.
func testSource(t *testing.T, dir string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(source)
	}
	return text.String()
}
