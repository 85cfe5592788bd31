package main

import (
	"strings"
	"testing"
)

// Shells have tests of their own in tests/dist.
func TestCompletionsAndManualHaveEveryCommandAndFlag(t *testing.T) {
	h := newWorkdir(t)
	texts := map[string]string{"man": h.run("", "man").want(exitOK).stdout}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		texts[shell] = h.run("", "completion", shell).want(exitOK).stdout
	}
	all, err := outlines(&console{})
	if err != nil || len(all) != len(commands()) {
		t.Fatal(len(all), err)
	}
	flags := 0
	for _, each := range all {
		last := each.name[strings.LastIndexByte(each.name, ' ')+1:]
		for of, text := range texts {
			if !strings.Contains(strings.ReplaceAll(text, `\-`, "-"), last) {
				t.Errorf("%s lacks %s", of, each.name)
			}
		}
		for _, flag := range each.flags {
			flags++
			if flag.usage == "" {
				t.Errorf("%s --%s has no usage", each.name, flag.name)
			}
			for of, text := range texts {
				spelled := map[string]string{"man": "\\-\\-" + strings.ReplaceAll(flag.name, "-", `\-`), "fish": "-l " + flag.name + " "}[of]
				if spelled == "" {
					spelled = "--" + flag.name
				}
				if !strings.Contains(text, spelled) {
					t.Errorf("%s lacks --%s of %s", of, flag.name, each.name)
				}
			}
		}
	}
	if flags < 100 {
		t.Errorf("only %d flags were found", flags)
	}
}
