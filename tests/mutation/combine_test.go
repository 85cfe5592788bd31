package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

const twoRules = `package main

const least = 1

type limits struct{ most int }

func (l limits) allow(ns ...int) bool {
	for _, n := range ns {
		if n < least {
			return false
		}
		if n > l.most {
			return false
		}
	}
	return true
}

func main() {
	l := limits{most: 3}
	for _, n := range []int{0, 2, 4} {
		if l.allow(2, n) { print(n) }
	}
}
`

// One program omits the rule that its environment selects, or none.
func TestRulesAreRemovedOneAtATime(t *testing.T) {
	low := &Mutation{number: 1, Old: []string{"if n < least {"}, New: []string{"if false {"}}
	high := &Mutation{number: 2, Old: []string{"if n > l.most {", "return false", "}"}}
	outside := &Mutation{number: 3, Old: []string{"const least = 1"}, New: []string{"const least = 0"}}
	combined, err := combine(twoRules, []*Mutation{low, high, outside})
	if err != nil {
		t.Fatal(err)
	}
	if !low.combined || !high.combined || outside.combined {
		t.Errorf("combined: %v %v %v", low.combined, high.combined, outside.combined)
	}
	removed, err := removal(combined)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module limits\n", "main.go": combined, "removed_rule.go": removed} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-o", "limits", ".")
	build.Dir = dir
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatal(string(output))
	}
	for rule, want := range []string{"2", "02", "24", "2"} {
		command := exec.Command(filepath.Join(dir, "limits"))
		command.Env = append(os.Environ(), ruleVariable+"="+strconv.Itoa(rule))
		if got, err := command.CombinedOutput(); string(got) != want || err != nil {
			t.Errorf("without rule %d: %q %v, want %q", rule, got, err, want)
		}
	}
}
