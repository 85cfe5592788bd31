package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// verdict is the result of removing a rule.
type verdict struct {
	rule    string
	noticed bool
	what    string // the first test that failed, or why nobody noticed
}

func (v verdict) String() string {
	mark := "red  "
	if !v.noticed {
		mark = "GREEN"
	}
	return fmt.Sprintf("%s  %s  (%s)", mark, v.rule, v.what)
}

// try removes the rule and runs the tests.
func (m *Mutation) try(programs map[string]program) verdict {
	for _, pkg := range m.Packages {
		p, remove := programs[pkg], func() {}
		if !m.combined {
			var err error
			if p, remove, err = m.buildAlone(pkg); err != nil {
				return verdict{rule: m.Rule, what: err.Error()}
			}
		}
		output, err := m.run(p, programs[pkg].tests)
		remove()
		if err == nil {
			continue
		}
		if test, failed := firstFailure(output); failed {
			return verdict{rule: m.Rule, noticed: true, what: test}
		}
		return verdict{rule: m.Rule, what: "no test failed, but the program: " + err.Error()}
	}
	return verdict{rule: m.Rule, what: "no test failed"}
}

// run runs the tests that the rule names, and then the others, until one fails.
func (m *Mutation) run(p program, parts [][]string) (output string, err error) {
	if len(m.Tests) > 0 {
		parts = append([][]string{m.Tests}, parts...)
	}
	for _, tests := range parts {
		if output, err = p.run(m.number, tests...); err != nil {
			break
		}
	}
	return output, err
}

// buildAlone builds a program of tests without the rule.
func (m *Mutation) buildAlone(pkg string) (p program, remove func(), err error) {
	dir, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return p, nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	source, err := os.ReadFile(m.File)
	if err != nil {
		return p, remove, err
	}
	mutated, err := m.apply(string(source))
	if err != nil {
		return p, remove, fmt.Errorf("%s: %w", m.File, err)
	}
	p, output, err := build(filepath.Join(dir, "alone"), map[string]string{m.File: mutated}, pkg)
	if err != nil {
		return p, remove, fmt.Errorf("it does not build: %w\n%s", err, output)
	}
	return p, remove, nil
}

// firstFailure returns the test that failed. A program that ends without a
// failed test does not count.
func firstFailure(output string) (test string, failed bool) {
	for line := range strings.Lines(output) {
		for _, mark := range []string{"--- FAIL: ", "panic: test timed out", "fatal error: "} {
			if rest, found := strings.CutPrefix(strings.TrimSpace(line), mark); found {
				name, _, _ := strings.Cut(rest, " ")
				return strings.TrimSpace(mark + name), true
			}
		}
		if strings.HasPrefix(line, "panic: ") {
			return strings.TrimSpace(line), true
		}
	}
	return "", false
}
