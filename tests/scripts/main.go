// Command scripts writes the table of scripts that usernames are checked with,
// signup/internal/identity/script_table.go, from files of the Unicode Character Database:
// Scripts.txt, ScriptExtensions.txt and PropertyValueAliases.txt, which the
// Debian package unicode-data has (15.0.0-1 in Debian 12).
//
//	go run ./tests/scripts /usr/share/unicode > signup/internal/identity/script_table.go
//
// Run it when Go's tables get another version of Unicode: a test of signup then
// fails.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: scripts DIRECTORY")
		os.Exit(2)
	}
	if err := write(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "scripts:", err)
		os.Exit(1)
	}
}

// write reads the files in a directory and writes the table.
func write(out io.Writer, dir string) error {
	texts := map[string]string{}
	for _, name := range []string{"Scripts.txt", "ScriptExtensions.txt", "PropertyValueAliases.txt"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		texts[name] = string(data)
	}
	version := regexp.MustCompile(`^# Scripts-(\S+)\.txt`).FindStringSubmatch(texts["Scripts.txt"])
	if version == nil || !strings.HasPrefix(texts["ScriptExtensions.txt"], "# ScriptExtensions-"+version[1]+".txt") {
		return fmt.Errorf("the files in %s are not of one version of Unicode", dir)
	}
	t, err := read(texts)
	if err != nil {
		return err
	}
	var source bytes.Buffer
	t.print(&source, version[1])
	formatted, err := format.Source(source.Bytes())
	if err != nil {
		return err
	}
	_, err = out.Write(formatted)
	return err
}

// table says which scripts each code point is used in, by the four-letter codes
// of ISO 15924, in order and joined by spaces. "" is no script, since nothing
// is assigned there.
type table struct {
	scripts []string // Common and Inherited apart
	uses    [0x110000]string
}

const everywhere = "Zyyy"

func read(texts map[string]string) (*table, error) {
	codes := map[string]string{}
	t := &table{}
	for _, fields := range lines(texts["PropertyValueAliases.txt"]) {
		if fields[0] == "sc" {
			codes[fields[2]] = fields[1]
		}
	}
	for _, fields := range lines(texts["Scripts.txt"]) {
		code := codes[fields[1]]
		switch code {
		case "":
			return nil, fmt.Errorf("the script %q has no code", fields[1])
		case "Zinh":
			code = everywhere
		case everywhere:
		default:
			t.scripts = append(t.scripts, code)
		}
		if err := t.set(fields[0], code); err != nil {
			return nil, err
		}
	}
	slices.Sort(t.scripts)
	t.scripts = slices.Compact(t.scripts)
	for _, fields := range lines(texts["ScriptExtensions.txt"]) {
		list := strings.Fields(fields[1])
		slices.Sort(list)
		if err := t.set(fields[0], strings.Join(list, " ")); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// lines returns the fields of each line that has some.
func lines(text string) (all [][]string) {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Split(line, ";")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		if len(fields) > 1 {
			all = append(all, fields)
		}
	}
	return all
}

// set assigns a range, written "0041..005A" or "00AA".
func (t *table) set(where, uses string) error {
	first, last, isRange := strings.Cut(where, "..")
	if !isRange {
		last = first
	}
	var from, to rune
	if _, err := fmt.Sscanf(first+" "+last, "%x %x", &from, &to); err != nil || from < 0 || from > to || int(to) >= len(t.uses) {
		return fmt.Errorf("%q is no range of code points", where)
	}
	for r := from; r <= to; r++ {
		t.uses[r] = uses
	}
	return nil
}
