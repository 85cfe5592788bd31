// Command record runs the scenarios in this folder on the native engine and
// writes their transcripts.
//
//	go run ./tests/record            all of them, into tests/transcripts
//	go run ./tests/record -o DIR     into another directory
//	go run ./tests/record signup-ok  one or several
//
// To add a transcript, add a scenario to one of the files scenarios_*.go.
// Review changes of transcripts like changes of code.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
)

func main() {
	dir := flag.String("o", "tests/transcripts", "directory to write to")
	flag.Parse()
	if err := record(*dir, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func scenarios() []scenario {
	return slices.Concat(rules(), claims(), confirmations(), lives(), deliveries(), openings())
}

// record writes the transcripts with these names, or all of them.
func record(dir string, names []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	all := scenarios()
	for _, name := range names {
		if !slices.ContainsFunc(all, func(sc scenario) bool { return sc.name == name }) {
			return fmt.Errorf("unknown scenario %s", name)
		}
	}
	for _, sc := range all {
		if len(names) > 0 && !slices.Contains(names, sc.name) {
			continue
		}
		t, err := sc.record()
		if err != nil {
			return fmt.Errorf("%s: %w", sc.name, err)
		}
		if err := t.Write(dir); err != nil {
			return err
		}
	}
	return nil
}
