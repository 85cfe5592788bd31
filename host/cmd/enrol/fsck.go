package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"unicode"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

func fsckCommand() *command {
	cmd := &command{
		name:    "fsck",
		summary: "Checks that the data fits together.",
		details: `
Reads all of the data, opens what is sealed, and prints each record that is
damaged, or leads to what is not there, in a line like KEY: what is wrong. It
changes nothing and repairs nothing. Nothing else may use the data meanwhile.
The keys of names hold usernames. It takes about 1.2 KiB of memory for each
account. The exit status is 1 if something was found.`,
		examples: []string{"enrol fsck --data ./data"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		f.StringVar(&at.data, "data", "./data", "`DIR` of the data")
		f.StringVar(&at.keyFile, "key-file", "", "`FILE` of the secret key, DIR.key if left out; "+secretKeyVariable+" can hold the key instead")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		return fsck(c, at)
	}
	return cmd
}

func fsck(c *console, at place) (err error) {
	source := keySourceOf(c, at.keyFile, at.data)
	key, err := source.read()
	if err != nil {
		return err
	}
	if _, err := os.Stat(at.data); errors.Is(err, fs.ErrNotExist) {
		return mistake("there is no data directory %s: name another one with --data", at.data)
	}
	store, err := pebble.Open(at.data, pebble.Options{Logger: slog.New(slog.NewTextHandler(c.stderr, nil))})
	if err != nil {
		return explainStore(at.data, err)
	}
	defer func() {
		if closeErr := store.Close(); err == nil && closeErr != nil {
			err = explainStore(at.data, closeErr)
		}
	}()
	if key == "" {
		_, err := firstKey(store, source, at.data, purpose{existing: true})
		return err
	}
	keys, err := signup.ParseKeys(key)
	if err != nil {
		return err
	}
	if err := checkFit(store, source, at.data, keys); err != nil {
		return err
	}
	findings, err := check(store, "", keys)
	if err != nil {
		return explainStore(at.data, err)
	}
	return printFindings(c, at.data, findings)
}

// checkFit makes sure that the keys are those of the store: with others, all
// that is sealed would be found to be damaged.
func checkFit(store *pebble.Store, source keySource, data string, keys *signup.Keys) error {
	findings, err := check(store, "meta/", keys)
	if err != nil {
		return explainStore(data, err)
	}
	for _, finding := range findings {
		if strings.Contains(finding.Problem, "secret key") {
			return mistake("the secret key of %s does not fit to %s: %s", source, data, finding.Problem)
		}
	}
	return nil
}

// check hands every entry under a prefix to a checker.
func check(store kv.Store, prefix string, keys *signup.Keys) ([]signup.Finding, error) {
	checker := signup.NewChecker(keys)
	for after := ""; ; {
		entries, err := store.Scan(context.Background(), prefix, after, kv.MaxScanLimit)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			checker.Add(entry)
		}
		if len(entries) < kv.MaxScanLimit {
			return checker.Findings(), nil
		}
		after = entries[len(entries)-1].Key
	}
}

func printFindings(c *console, data string, findings []signup.Finding) error {
	out := bufio.NewWriter(c.stdout)
	for _, finding := range findings {
		fmt.Fprintf(out, "%s: %s\n", printable(finding.Key), oneLine(finding.Problem))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("what was found cannot be written: %w", err)
	}
	if len(findings) > 0 {
		return &failure{exitRefused, fmt.Errorf("%s in %s: keep a copy of the data as it is, and restore a backup if accounts are concerned",
			count(len(findings), "problem"), data)}
	}
	return nil
}

// printable is a key as it is, or quoted if it would not be one word.
func printable(key string) string {
	odd := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar }
	if key == "" || strings.ContainsFunc(key, odd) {
		return strconv.Quote(key)
	}
	return key
}
