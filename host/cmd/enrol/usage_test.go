package main

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

func TestMistakesInTheArguments(t *testing.T) {
	h := newWorkdir(t)
	for _, test := range []struct {
		args []string
		text string
	}{
		{nil, "enrol help"},
		{[]string{"frobnicate"}, `unknown command "frobnicate"`},
		{[]string{"conf"}, "enrol conf check FILE"},
		{[]string{"conf", "frob"}, "enrol conf check FILE"},
		{[]string{"conf", "check"}, "FILE"},
		{[]string{"conf"}, "enrol conf init [FILE], enrol conf check FILE, enrol conf explain FILE, enrol conf lint FILE"},
		{[]string{"conf", "explain"}, "FILE"},
		{[]string{"conf", "explain", "--strict", "a"}, "strict"},
		{[]string{"conf", "lint", "a", "b"}, `"b"`},
		{[]string{"conf", "init", "a", "b"}, `"b"`},
		{[]string{"conf", "init", "--json"}, "json"},
		{[]string{"conf", "check", "a", "b"}, `"b"`},
		{[]string{"help", "frobnicate"}, "unknown command"},
		{[]string{"help", "serve", "x"}, `"x"`},
		{[]string{"serve", "x"}, `"x"`},
		{[]string{"serve", "--frob"}, "frob"},
		{[]string{"serve", "--listen"}, "listen"},
		{[]string{"serve", "--data="}, "--data has an empty value"},
		{[]string{"serve", "--conf", ""}, "--conf has an empty value"},
		{[]string{"signup", "a", "b"}, `"b"`},
		{[]string{"signup", "missing.jsonl"}, "missing.jsonl"},
		{[]string{"signup", "."}, "is a directory"},
		{[]string{"confirm", "--confirm-token", "x"}, "confirm-token"},
		{[]string{"get", "--username", "a", "--user-id", "b"}, "exclude each other"},
		{[]string{"get", "--username", "a", "file"}, `"file"`},
		{[]string{"approve"}, "USER_ID"},
		{[]string{"approve", "--reason", "x", "y"}, "reason"},
		{[]string{"reject", "--reason", "x"}, "USER_ID"},
		{[]string{"lock"}, "USER_ID"},
		{[]string{"lock", "--password-must-change", "x"}, "password-must-change"},
		{[]string{"unlock", "--password-must-change"}, "USER_ID"},
		{[]string{"reject", "--reason", "", "x"}, "--reason has an empty value"},
		{[]string{"reject", "--reason", "\xff", "x"}, "UTF-8"},
		{[]string{"pending"}, "--status must be to-approve or to-confirm"},
		{[]string{"pending", "--status", "all"}, "--status must be"},
		{[]string{"pending", "--status", "to-approve", "x"}, `"x"`},
		{[]string{"purge", "x"}, `"x"`},
		{[]string{"verify", "--password", "x"}, "password"},
		{[]string{"resend", "a", "b"}, `"b"`},
		{[]string{"webhook-secret"}, "SERVICE"},
		{[]string{"webhook-secret", "ftp://example.com/"}, "begin it with https://"},
		{[]string{"webhook-secret", "https://user@example.com/"}, "user"},
		{[]string{"webhook-secret", "https://"}, "host"},
		{[]string{"webhook-secret", ""}, "is empty"},
		{[]string{"webhook-secret", "my\tcallback"}, "unprintable"},
		{[]string{"version", "x"}, `"x"`},
		{[]string{"completion"}, "bash|zsh|fish"},
		{[]string{"completion", "tcsh"}, "write bash, zsh or fish"},
		{[]string{"man", "x"}, `"x"`},
		{[]string{"health", "x"}, `"x"`},
		{[]string{"health", "--url", "127.0.0.1:8080"}, "--url: write the URL"},
		{[]string{"health", "--url", "http://user:secret@127.0.0.1:8080"}, "--url: write the URL"},
		{[]string{"serve", "--listen", "nonsense"}, "--listen nonsense"},
		{[]string{"serve", "--listen", "127.0.0.1:99999"}, "--listen 127.0.0.1:99999"},
		{[]string{"serve", "--listen", "0.0.0.0:0"}, "--api-key-file"},
		{[]string{"serve", "--listen", ":0"}, "ENROL_API_KEY"},
		{[]string{"serve", "--listen", "[::]:0"}, "API key"},
		{[]string{"serve", "--trusted-proxy", "10.0.0.0/8,x"}, `"x"`},
		{[]string{"serve", "--api-key-file", "missing"}, "missing"},
	} {
		h.run("", test.args...).want(exitMistake, test.text)
	}
	if h.exists("data") || h.exists("data.key") {
		t.Error("a mistake left data behind")
	}
}

func TestHelp(t *testing.T) {
	h := newWorkdir(t)
	overview := h.run("", "help").want(exitOK).stdout
	if h.run("", "--help").want(exitOK).stdout != overview {
		t.Error("--help differs from help")
	}
	for _, each := range commands() {
		if !strings.Contains(overview, each.name) {
			t.Errorf("the overview lacks %s", each.name)
		}
		help := h.run("", append([]string{"help"}, strings.Fields(each.name)...)...).want(exitOK)
		for _, part := range []string{"usage: enrol " + each.name, each.summary, "examples:"} {
			if !strings.Contains(help.stdout, part) {
				t.Errorf("the help of %s lacks %q", each.name, part)
			}
		}
		if each.name == "help" {
			continue
		}
		for _, flag := range []string{"--help", "-h"} {
			if got := h.run("", append(strings.Fields(each.name), flag)...).want(exitOK); got.stdout != help.stdout {
				t.Errorf("%s %s differs from its help", each.name, flag)
			}
		}
	}
}

// A store is not always in the directory of --data.
func TestCommandsThatTakeDataTakeAStore(t *testing.T) {
	h := newWorkdir(t)
	for _, each := range commands() {
		help := h.run("", append([]string{"help"}, strings.Fields(each.name)...)...).want(exitOK).stdout
		if strings.Contains(help, "\n  --data DIR") != strings.Contains(help, "\n  --store STORE") {
			t.Errorf("the help of %s has only one of --data and --store", each.name)
		}
	}
}

func TestHelpOfAGroup(t *testing.T) {
	h := newWorkdir(t)
	want := h.run("", "help", "conf").want(exitOK).stdout
	for _, each := range group("conf") {
		if !strings.Contains(want, each.summary) || !strings.Contains(want, "enrol help "+each.name) {
			t.Errorf("it lacks %s: %s", each.name, want)
		}
	}
	for _, args := range [][]string{{"conf", "--help"}, {"conf", "-h"}, {"conf", "help"}, {"--help", "conf"}} {
		if got := h.run("", args...).want(exitOK).stdout; got != want {
			t.Errorf("%q: %s", args, got)
		}
	}
	h.run("", "help", "conf", "frob").want(exitMistake, "conf")
	h.run("", "nonsense", "--help").want(exitMistake, "nonsense")
}

func TestVersion(t *testing.T) {
	got := newWorkdir(t).run("", "version").want(exitOK).stdout
	for _, part := range []string{"enrol ", "abi " + abiVersion, "unicode " + signup.UnicodeVersion() + "\n", "go " + runtime.Version()} {
		if !strings.Contains(got, part) {
			t.Errorf("version printed %q, without %q", got, part)
		}
	}
	abi, err := os.ReadFile("../../../wasm/ABI.md")
	if err != nil {
		t.Fatal(err)
	}
	if title, _, _ := strings.Cut(string(abi), "\n"); !strings.HasSuffix(title, "version "+abiVersion) {
		t.Errorf("the ABI is that of %q", title)
	}
}

func TestErrorsAreOneLine(t *testing.T) {
	if got := oneLine("a\n\tb\x1b[31m  c\r\n"); got != "a b[31m c" {
		t.Errorf("%q", got)
	}
}
