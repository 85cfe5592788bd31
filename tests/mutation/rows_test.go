package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

const table = `
	{"main", "site_name", textValue{&c.Main.SiteName}},
	{"enrol", "buckets", numberValue{&c.Enrol.Buckets, 1, 64}},

	{"apps", "all", appList{&c.Apps.All}}, // no row: it has a comment
	{"enrol", "rate", numberValue{&c.Enrol.Rate, 0, 1_000}},
`

func TestEachRowIsOneMutation(t *testing.T) {
	m := &Mutation{
		Rule: "$1.$2 is $4 at most", File: "a.go", Tests: []string{"TestA"},
		Old: []string{"$0"}, New: []string{`{"$1", "$2", numberValue{$3, ${4} + 1}},`, "// $$"},
	}
	got := m.perRow(table, regexp.MustCompile(`^\{"(\w+)", "(\w+)", numberValue\{(.*), (\w+)\}\},$`))
	want := []Mutation{{
		Rule: "enrol.buckets is 64 at most",
		Old:  []string{`{"enrol", "buckets", numberValue{&c.Enrol.Buckets, 1, 64}},`},
		New:  []string{`{"enrol", "buckets", numberValue{&c.Enrol.Buckets, 1, 64 + 1}},`, "// $"},
	}, {
		Rule: "enrol.rate is 1_000 at most",
		Old:  []string{`{"enrol", "rate", numberValue{&c.Enrol.Rate, 0, 1_000}},`},
		New:  []string{`{"enrol", "rate", numberValue{&c.Enrol.Rate, 0, 1_000 + 1}},`, "// $"},
	}}
	if len(got) != len(want) {
		t.Fatalf("%d mutations, want %d", len(got), len(want))
	}
	for i, w := range want {
		if g := got[i]; g.Rule != w.Rule || !slices.Equal(g.Old, w.Old) || !slices.Equal(g.New, w.New) || g.File != "a.go" || !slices.Equal(g.Tests, m.Tests) {
			t.Errorf("%+v, want %+v", *g, w)
		}
	}
}

func TestRowsAreReadFromAFile(t *testing.T) {
	t.Chdir(t.TempDir())
	for path, text := range map[string]string{
		"table.go":     table,
		"rules/a.txt":  "rule: plain\nfile: x.go\n-a\n\nrule: $1 is read\nfile: x.go\nrows: table.go \\{\"\\w+\", \"(\\w+)\", .*\\}\\},\n-$0\n",
		"none/a.txt":   "rule: $1\nfile: x.go\nrows: table.go (nothing)\n-$0\n",
		"absent/a.txt": "rule: $1\nfile: x.go\nrows: absent.go (.*)\n-$0\n",
		"broken/a.txt": "rule: $1\nfile: x.go\nrows: table.go (\n-$0\n",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := load("rules")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i, m := range all {
		names = append(names, m.Rule)
		if m.number != i+1 {
			t.Errorf("%s has the number %d", m.Rule, m.number)
		}
	}
	if want := []string{"plain", "site_name is read", "buckets is read", "rate is read"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	for _, dir := range []string{"none", "absent", "broken"} {
		if _, err := load(dir); err == nil {
			t.Errorf("%s was accepted", dir)
		}
	}
}
