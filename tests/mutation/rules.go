package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Mutation is one rule and how it is taken away. In a file of rules it looks
// like this; lines that start with "#" and empty ones separate:
//
//	rule: E001004 username.has_whitespace
//	file: signup/username.go
//	run: TestUsernamesThatAreRefused
//	-	case hasSpace(username):
//	+	case false:
//
// The lines after "-" are in the file exactly once, one after another; those
// after "+" stand in their place. White space at either end of a line does not
// count. A line "test:" names the package whose tests are to turn red, where
// that is not the package of the file; several are separated by spaces. A line "run:" names
// tests that are known to notice, separated by spaces: they are run first, and
// all the others only if those pass.
//
// A line "rows:" names a file and a regular expression, and makes one mutation
// for each line of the file that the expression matches as a whole, white space
// at either end aside. $1 and so on stand for its groups in the name and in the
// lines after "-" and "+", $0 for the whole line:
//
//	rule: $1.$2 is read
//	file: signup/ssoconf/key.go
//	rows: signup/ssoconf/key.go \{"(\w+)", "(\w+)", .*\},
//	-$0
type Mutation struct {
	Rule     string
	File     string
	Packages []string
	Tests    []string
	Old, New []string
	Rows     string // the file and the regular expression

	number   int  // from 1, in the order of the files
	combined bool // is in the programs that many share
}

// load reads all files of rules in a folder.
func load(dir string) ([]*Mutation, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no rules in %s: run it from the top of the project", dir)
	}
	var all []*Mutation
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		mutations, err := parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, m := range mutations {
			rows, err := m.expand()
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", path, m.Rule, err)
			}
			all = append(all, rows...)
		}
	}
	for i, m := range all {
		m.number = i + 1
	}
	return all, nil
}

func parse(text string) ([]*Mutation, error) {
	var all []*Mutation
	for i, line := range strings.Split(text, "\n") {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if name == "rule" {
			all = append(all, &Mutation{Rule: value})
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		if len(all) == 0 {
			return nil, fmt.Errorf("line %d: there is no rule yet", i+1)
		}
		m := all[len(all)-1]
		switch {
		case line[0] == '-':
			m.Old = append(m.Old, strings.TrimSpace(line[1:]))
		case line[0] == '+':
			m.New = append(m.New, strings.TrimSpace(line[1:]))
		case name == "file":
			m.File, m.Packages = value, []string{"./" + filepath.Dir(value)}
		case name == "test":
			m.Packages = strings.Fields(value)
		case name == "run":
			m.Tests = strings.Fields(value)
		case name == "rows":
			m.Rows = value
		default:
			return nil, fmt.Errorf("line %d: neither rule, file, test, run, rows, - nor +", i+1)
		}
	}
	for _, m := range all {
		if m.File == "" || len(m.Old) == 0 {
			return nil, fmt.Errorf("%s: a file and what is removed are needed", m.Rule)
		}
	}
	return all, nil
}

var errNotOnce = errors.New("what is removed is not there exactly once")

// apply returns a source without the rule.
func (m *Mutation) apply(source string) (string, error) {
	from, to, err := m.find(source)
	if err != nil {
		return "", err
	}
	return source[:from] + m.replacement() + source[to:], nil
}

// replacement is what stands in the place of the rule.
func (m *Mutation) replacement() string {
	if len(m.New) == 0 {
		return ""
	}
	return strings.Join(m.New, "\n") + "\n"
}

// find returns where in a source the rule is, whole lines.
func (m *Mutation) find(source string) (from, to int, err error) {
	lines := strings.SplitAfter(source, "\n")
	found, at := false, 0
	for i := range lines {
		if m.matches(lines[i:]) {
			if found {
				return 0, 0, errNotOnce
			}
			found, from = true, at
			to = at + len(strings.Join(lines[i:i+len(m.Old)], ""))
		}
		at += len(lines[i])
	}
	if !found {
		return 0, 0, errNotOnce
	}
	return from, to, nil
}

func (m *Mutation) matches(lines []string) bool {
	if len(lines) < len(m.Old) {
		return false
	}
	for i, old := range m.Old {
		if strings.TrimSpace(lines[i]) != old {
			return false
		}
	}
	return true
}
