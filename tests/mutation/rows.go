package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// expand returns one mutation for each row of a table, and m itself if it is
// about none.
func (m *Mutation) expand() ([]*Mutation, error) {
	if m.Rows == "" {
		return []*Mutation{m}, nil
	}
	path, pattern, _ := strings.Cut(m.Rows, " ")
	row, err := regexp.Compile("^(?:" + strings.TrimSpace(pattern) + ")$")
	if err != nil {
		return nil, err
	}
	table, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	all := m.perRow(string(table), row)
	if len(all) == 0 {
		return nil, fmt.Errorf("no line of %s matches %s", path, row)
	}
	return all, nil
}

func (m *Mutation) perRow(table string, row *regexp.Regexp) []*Mutation {
	var all []*Mutation
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		groups := row.FindStringSubmatchIndex(line)
		if groups == nil {
			continue
		}
		fill := func(template string) string { return string(row.ExpandString(nil, template, line, groups)) }
		one := *m
		one.Rule, one.Old, one.New = fill(m.Rule), fillAll(m.Old, fill), fillAll(m.New, fill)
		all = append(all, &one)
	}
	return all
}

func fillAll(templates []string, fill func(string) string) []string {
	var lines []string
	for _, template := range templates {
		lines = append(lines, fill(template))
	}
	return lines
}
