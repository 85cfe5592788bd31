package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// program is the built tests of a package.
type program struct {
	path  string
	dir   string     // of the package
	tests [][]string // their names, the quick ones first
}

// buildAll builds the tests of every package that mutations name, with all
// those that can be combined, and checks that they pass while no rule is
// removed.
func buildAll(dir string, mutations []*Mutation) (map[string]program, error) {
	overlay := map[string]string{}
	files := map[string][]*Mutation{}
	packages := map[string]bool{}
	for _, m := range mutations {
		files[m.File] = append(files[m.File], m)
		for _, pkg := range m.Packages {
			packages[pkg] = true
		}
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		combined, err := combine(string(source), files[file])
		if err != nil {
			return nil, err
		}
		overlay[file] = combined
		if overlay[filepath.Join(filepath.Dir(file), "removed_rule.go")], err = removal(combined); err != nil {
			return nil, err
		}
	}
	programs := map[string]program{}
	for _, pkg := range slices.Sorted(maps.Keys(packages)) {
		p, output, err := build(filepath.Join(dir, strconv.Itoa(len(programs))), overlay, pkg)
		if err != nil {
			return nil, fmt.Errorf("%s does not build without some rules: %w\n%s", pkg, err, output)
		}
		if output, err = p.run(0); err != nil {
			return nil, fmt.Errorf("the tests of %s fail with every rule in place: %w\n%s", pkg, err, output)
		}
		p.tests = byTime(output)
		programs[pkg] = p
	}
	return programs, nil
}

// byTime parts tests by how long they took, so that the quick ones are run
// first.
func byTime(output string) [][]string {
	parts := make([][]string, 3)
	for line := range strings.Lines(output) {
		rest, passed := strings.CutPrefix(line, "--- PASS: ")
		name, took, _ := strings.Cut(strings.TrimSuffix(rest, "s)\n"), " (")
		seconds, err := strconv.ParseFloat(took, 64)
		switch {
		case !passed || err != nil:
		case seconds < 0.05:
			parts[0] = append(parts[0], name)
		case seconds < 0.5:
			parts[1] = append(parts[1], name)
		default:
			parts[2] = append(parts[2], name)
		}
	}
	return slices.DeleteFunc(parts, func(part []string) bool { return len(part) == 0 })
}

// build builds the tests of a package into a folder of their own, with other
// sources in the place of some, by their paths.
func build(dir string, sources map[string]string, pkg string) (p program, output string, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return p, "", err
	}
	overlay, err := writeOverlay(dir, sources)
	if err != nil {
		return p, "", err
	}
	p = program{path: filepath.Join(dir, "tests"), dir: pkg}
	text, err := exec.Command("go", "test", "-c", "-o", p.path, "-vet=off", "-ldflags=-s -w", "-gcflags=-e -dwarf=false",
		"-overlay", overlay, pkg).CombinedOutput()
	return p, string(text), err
}

// writeOverlay writes sources and says to the compiler where they are.
func writeOverlay(dir string, sources map[string]string) (path string, err error) {
	replace := map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(sources)) {
		absolute, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
		replace[absolute] = filepath.Join(dir, strconv.Itoa(len(replace))+".go")
		if err := os.WriteFile(replace[absolute], []byte(sources[file]), 0o600); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, text, 0o600)
}

// run runs tests, all if none are named, without one of the rules, or with all
// of them if the number is 0. The output has the time of each.
func (p program) run(rule int, tests ...string) (output string, err error) {
	args := []string{"-test.v", "-test.failfast", "-test.timeout=6m"}
	if len(tests) > 0 {
		args = append(args, "-test.run=^("+strings.Join(tests, "|")+")$")
	}
	command := exec.Command(p.path, args...)
	command.Dir = p.dir
	command.Env = append(os.Environ(), ruleVariable+"="+strconv.Itoa(rule))
	text, err := command.CombinedOutput()
	return string(text), err
}
