package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/kvtest"
	"github.com/enrol-sso/enrol/kv/memory"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReadmeHasTheTableThatIsPrinted(t *testing.T) {
	want := head
	for _, r := range rows {
		want += r.line(r.cases) + "\n"
	}
	_, section, _ := strings.Cut(read(t, "README.md"), "\n## Stores\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if table := regexp.MustCompile(`(?m)(^\|.*\n)+`).FindString(section); table != want {
		t.Errorf("README.md has this table under Stores:\n%s\nwant:\n%s", table, want)
	}
}

func TestRowsExpectAllCasesOfTheSuites(t *testing.T) {
	inGo := 0
	kvtest.Run(t, func(*testing.T) kv.Store {
		inGo++
		return memory.New()
	})
	if inGo != goCases {
		t.Errorf("kvtest has %d cases, the rows expect %d", inGo, goCases)
	}
	var shared struct{ Cases []struct{} }
	if err := json.Unmarshal([]byte(read(t, "kv/kvtest/cases.json")), &shared); err != nil {
		t.Fatal(err)
	}
	own := strings.Count(read(t, "bindings/js/test/stores/suite/cases.ts"), "\n  { name: \"")
	if inJS := own + len(shared.Cases); inJS != jsCases {
		t.Errorf("the suite in JavaScript has %d cases, the rows expect %d", inJS, jsCases)
	}
}

func TestOnlyPassedCasesCount(t *testing.T) {
	c := newCount()
	for _, line := range []string{
		"    --- PASS: TestMemoryHoldsTheContract/scan/prefix (0.00s)",
		"    --- PASS: TestMemoryHoldsTheContract/scan/after (0.01s)",
		"    --- PASS: TestMemoryHoldsTheContract/scan/after (0.02s)", // the same again
		"    --- FAIL: TestMemoryHoldsTheContract/scan/limit (0.00s)",
		"    --- SKIP: TestMemoryHoldsTheContract/get/no_keys,_no_values (0.00s)",
		"--- PASS: TestMemoryHoldsTheContract (0.10s)",
		"✔ pg: scan/prefix (3.5ms)",
		"✖ pg: scan/after (3.5ms)",
		"✔ pg: an account signs up, gets its message and confirms (90ms)",
		"ok IndexedDB: scan/prefix (3 ms)",
		"FAILED IndexedDB: scan/after (3 ms)",
	} {
		c.read(line)
	}
	want := map[string]int{"`kv/memory`": 2, "`pgStore`": 1, "`indexedDBStore`": 1}
	for _, r := range rows {
		use := strings.TrimPrefix(strings.Split(r.use, "]")[0], "[")
		if got := c.passed(r); got != want[use] {
			t.Errorf("%s in %s: %d cases count, want %d", r.use, r.runtime, got, want[use])
		}
		if line := r.line(r.cases - 1); !strings.Contains(line, "FAILED") {
			t.Errorf("a row with a case less is %s", line)
		}
	}
}
