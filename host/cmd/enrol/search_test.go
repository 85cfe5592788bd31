package main

import (
	"fmt"
	"strings"
	"testing"
)

// lines counts the lines of an output that have a text, and all of them.
func (r ran) lines(text string) (with, all int) {
	for line := range strings.Lines(r.stdout) {
		all++
		if strings.Contains(line, text) {
			with++
		}
	}
	return with, all
}

func TestSearchListsAccounts(t *testing.T) {
	h := newWorkdir(t)
	ids := h.confirmed("ada", "adam", "bob")
	h.fast(request("adrian"), "signup").want(exitOK)
	h.fast("", "lock", ids[1]).want(exitOK)
	for want, flags := range map[string][]string{
		"ada adam adrian bob": {},
		"ada adam adrian":     {"--username", "AD"},
		"adam":                {"--username", "ad", "--locked"},
		"ada bob":             {"--locked=false", "--state", "final"},
		"bob":                 {"--email", "bob@example.com"},
		"adrian":              {"--state", "before_confirmation", "--since", "2020-01-01", "--until", "2200-01-01T00:00:00Z"},
		"":                    {"--until", "2020-01-01"},
	} {
		r := h.fast("", append([]string{"search", "--json"}, flags...)...).want(exitOK)
		names := strings.Fields(want)
		for _, name := range names {
			if with, all := r.lines(fmt.Sprintf(`"username":%q`, name)); with != 1 || all != len(names) {
				t.Errorf("%v: %s", flags, r.stdout)
			}
		}
		if len(names) == 0 && r.stdout != "" {
			t.Errorf("%v: %s", flags, r.stdout)
		}
	}
	first := h.fast("", "search", "--limit", "3").want(exitOK)
	_, cursor, found := strings.Cut(strings.TrimSpace(first.stderr), "--cursor ")
	if _, all := first.lines(""); !found || all != 3 {
		t.Fatalf("%s%s", first.stdout, first.stderr)
	}
	second := h.fast("", "search", "--limit", "3", "--cursor", cursor).want(exitOK)
	if _, all := second.lines(""); all != 1 || strings.Contains(first.stdout, second.stdout) || strings.Contains(second.stderr, "--cursor") {
		t.Errorf("%s%s", second.stdout, second.stderr)
	}
	if trail := h.read("data.audit.jsonl"); strings.Contains(trail, "example.com") || !strings.Contains(trail, `"search":{"fields":["email"],"found":1}`) {
		t.Errorf("the audit trail is %s", trail)
	}
}

func TestSearchRefusesWrongFlags(t *testing.T) {
	h := newWorkdir(t)
	h.confirmed("ada")
	for text, flags := range map[string][]string{
		"--state must be":        {"--state", "pending"},
		"--approval must be":     {"--approval", "final"},
		"write a time as":        {"--since", "yesterday"},
		"--limit must be":        {"--limit", "0"},
		"limit":                  {"--limit", "99999999999999999999"},
		"locked":                 {"--locked=perhaps"},
		"empty value":            {"--username", ""},
		"unexpected argument":    {"ada"},
		"there is no data":       {"--data", "nowhere"},
		"--server needs the key": {"--server", "http://127.0.0.1:1"},
	} {
		h.fast("", append([]string{"search"}, flags...)...).want(exitMistake, text)
	}
	for text, flags := range map[string][]string{
		"cursor is not from": {"--cursor", "nothing"},
		"until must be":      {"--since", "2026-01-02", "--until", "2026-01-01"},
	} {
		h.fast("", append([]string{"search"}, flags...)...).want(exitRefused, text)
	}
}

func TestAuditPrintsWhatHappenedToAnAccount(t *testing.T) {
	h := newWorkdir(t)
	ids := h.confirmed("ada", "bob")
	cid := h.fast("", "lock", ids[0]).want(exitOK).answers()[0].CID
	h.run("", "audit", "--since", "2020-01-01").want(exitOK)
	r := h.run("", "audit", "--user", ids[0]).want(exitOK)
	if with, all := r.lines(ids[0]); with != all || all < 4 {
		t.Errorf("%s", r.stdout)
	}
	if with, all := h.run("", "audit", "--cid", cid, "--json").want(exitOK).lines(`"op":"user.lock"`); with != 2 || all != 2 {
		t.Errorf("%d of %d", with, all)
	}
	if _, all := h.run("", "audit", "--cid", cid, "--user", ids[1]).want(exitOK).lines(""); all != 0 {
		t.Errorf("%d entries of another", all)
	}
	if _, all := h.run("", "audit", "--until", "2020-01-01").want(exitOK).lines(""); all != 0 {
		t.Errorf("%d entries", all)
	}
	h.run("", "audit").want(exitMistake, "--user, --cid or --since is missing")
	h.run("", "audit", "--since", "noon").want(exitMistake, "write a time as")
	h.run("", "audit", "--cid", "c", "--data", "nowhere").want(exitMistake, "--audit")
	h.run("", "audit", "--cid", "c", "--audit", "/dev/null").want(exitMistake, "--audit")
	h.run("", "audit", "key", "--data", "data").want(exitOK)
}

func TestCountersCountWhatWaits(t *testing.T) {
	h := newWorkdir(t)
	h.confirmed("ada")
	h.fast(request("bob"), "signup").want(exitOK)
	r := h.fast("", "counters").want(exitOK)
	if with, all := r.lines(`"pending_claims":2,`); with != 1 || all != 1 { // that of ada until it is purged
		t.Errorf("%s", r.stdout)
	}
}
