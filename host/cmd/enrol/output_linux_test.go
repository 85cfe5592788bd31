package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// full runs the command with a standard output that has no room, as a full disk.
func (h *workdir) full(stdin string, args ...string) ran {
	h.t.Helper()
	device, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	defer device.Close()
	cmd := h.command(args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = device, &stderr
	cmd.Run()
	return ran{h.t, args, "", stderr.String(), cmd.ProcessState.ExitCode()}
}

// TestOutputThatCannotBeWrittenIsAFault runs every command that prints.
func TestOutputThatCannotBeWrittenIsAFault(t *testing.T) {
	h := exampleWorkdir(t)
	h.write("warn.conf", "[apps]\nfrob=1\n", 0o600)
	h.write("bad.conf", "[apps]\nfrob=1\n[password]\nmin_length=many\n", 0o600)
	lines := [][]string{
		{"help"}, {"--help"}, {"help", "conf"}, {"conf", "--help"}, {"version"}, {"--version"},
		{"conf", "check", "warn.conf"}, {"conf", "check", "bad.conf"}, {"conf", "lint", "warn.conf"}, {"conf", "lint", "--strict", "--json", "warn.conf"},
		{"conf", "lint", "bad.conf"}, {"conf", "explain", "sso.conf"}, {"conf", "explain", "--json", "sso.conf"}, {"webhook-secret", "https://example.com/"},
	}
	for _, each := range commands() {
		lines = append(lines, append([]string{"help"}, strings.Fields(each.name)...), append(strings.Fields(each.name), "--help"))
	}
	for _, native := range [][]string{
		{"validate", "requests.jsonl"}, {"signup", "requests.jsonl"}, {"get", "--username", "ada"}, {"verify", "logins.jsonl"}, {"resend", "claims.jsonl"},
		{"pending", "--status", "to-approve"}, {"purge"}, {"lock", "x"}, {"confirm", "tokens.jsonl"},
	} {
		lines = append(lines, append(native, "--native", "--conf", "sso.conf"))
	}
	for _, args := range lines {
		if args[len(args)-1] == "--help" && args[0] == "help" {
			continue // help has no flags
		}
		h.full("", args...).want(exitFault, "cannot be written", "no space left")
	}
	h.full("", "conf", "check", "sso.conf").want(exitOK) // which prints nothing
}
