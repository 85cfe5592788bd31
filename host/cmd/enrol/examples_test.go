package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/advice"
)

// TestExamplesOfTheHelpWork runs every example as the help prints it, in a
// shell, in a directory with the files that they name. It replaces only what
// depends on the run: the ids of accounts and events, the time of a backup, and the port.
func TestExamplesOfTheHelpWork(t *testing.T) {
	for _, command := range commands() {
		if len(command.examples) == 0 {
			t.Errorf("%s has no example", command.name)
		}
		for _, example := range command.examples {
			t.Run(example, func(t *testing.T) {
				h := exampleWorkdir(t)
				if strings.HasPrefix(example, "enrol serve") && !strings.HasSuffix(example, "--help") {
					h.serveExample(example)
					return
				}
				switch command.name {
				case "conf init": // conf init overwrites no file
					os.Remove(h.path("sso.conf"))
				case "conf lint": // it finds nothing in the file of conf init, once the mail service is decided
					h.write("sso.conf", strings.Replace(advice.Recommended(), "\nemail_service=\n", "\nemail_service=https://example.com/mail\n", 1), 0o600)
				case "health": // of a server on a free port
					p, address := h.serve("--conf", "sso.conf")
					defer p.wait()
					defer p.signal(syscall.SIGTERM)
					if !strings.Contains(example, "--url") {
						example += " --url http://127.0.0.1:8080"
					}
					example = strings.Replace(example, "127.0.0.1:8080", address, 1)
				case "retry":
					if strings.Contains(example, exampleEvent) { // no event has it
						example += " || test $? = 1"
					}
				}
				h.shell(h.withIDs(example))
			})
		}
	}
}

// Ids in the examples of the help, to be replaced by real ones.
const (
	exampleUser  = "01HZX3C6B5T0M8RQ2V7N4YKDWE"
	exampleEvent = "00/1790069540000/5C9K84EF2J80NR9PN3VXXHACQC"
)

// exampleBackup is the name of a backup in the examples of the help.
const exampleBackup = "20261128T103235.000Z"

// exampleWorkdir has data with a claim of cleo, an account of grace that waits
// for approval, and the files that examples name.
func exampleWorkdir(t *testing.T) *workdir {
	t.Helper()
	h := newWorkdir(t)
	h.write("sso.conf", strings.Replace(fastConf, "is_approval_needed=False", "is_approval_needed=True", 1), 0o600)
	signed := h.fast(request("cleo")+request("grace")+request("ada"), "signup").want(exitOK).answers()
	h.fast(tokenLine(signed[1])+tokenLine(signed[2]), "confirm").want(exitOK)
	h.fast("", "approve", signedUp(h, "ada")).want(exitOK)
	h.write("claims.jsonl", `{"username":"cleo","email":"cleo@example.com"}`+"\n", 0o600)
	h.write("logins.jsonl", `{"username":"ada","password":"correct horse"}`+"\n", 0o600)
	h.write("requests.jsonl", request("alan")+request("barbara"), 0o600)
	h.write("accounts.jsonl", movedAccount("edsger")+movedAccount("niklaus"), 0o600)
	h.write("accounts.csv", "username,password_hash\nbarbara,"+movedHash+"\n", 0o600)
	h.write("zato_sso_user.csv", "username,password,sign_up_status,approval_status\ngrete,"+movedHash+",final,approved\n", 0o600)
	h.write("zato.key", "qJB21fdnicYCljWasmxgBfMMj5nYXgF8W7XJCWtTwFU=\n", 0o600)
	h.write("answers.jsonl", fmt.Sprintf(`{"status":"ok","confirm_token":%q}`, signed[0].ConfirmToken)+"\n", 0o600)
	h.write("tokens.jsonl", tokenLine(signed[0]), 0o600)
	h.write("api.key", testAPIKey, 0o600)
	h.run("", "backup", "backup").want(exitOK)
	h.write("super.key", strings.Repeat("s", len(testAPIKey)), 0o600)
	if err := os.Mkdir(h.path("bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.write("bin/enrol", fmt.Sprintf(wrapper, asCommand, os.Args[0]), 0o700)
	return h
}

// wrapper is a shell script that runs the command. The core runs natively: the
// code under test, not the last built module.
const wrapper = `#!/bin/sh
case "$1" in
serve | signup | validate | confirm | resend | pending | approve | reject | lock | unlock | verify | get | purge | dead | retry)
	set -- "$@" --native ;;
esac
exec env %s=1 '%s' "$@"
`

// signedUp returns the id of an account.
func signedUp(h *workdir, name string) string {
	h.t.Helper()
	return h.fast("", "get", "--username", name).want(exitOK).answers()[0].User.UserID
}

func tokenLine(a answer) string { return fmt.Sprintf(`{"confirm_token":%q}`, a.ConfirmToken) + "\n" }

// withIDs puts real ids into an example.
func (h *workdir) withIDs(example string) string {
	if strings.Contains(example, exampleBackup) {
		return strings.ReplaceAll(example, exampleBackup, h.generations("backup")[0])
	}
	if !strings.Contains(example, exampleUser) {
		return example
	}
	return strings.ReplaceAll(example, exampleUser, signedUp(h, "grace"))
}

// shell runs a line of a shell, which must succeed.
func (h *workdir) shell(line string) string {
	h.t.Helper()
	cmd := exec.Command("bash", "-o", "pipefail", "-c", line)
	cmd.Dir, cmd.Env = h.dir, h.command().Env
	cmd.Env = append(cmd.Env, "PATH="+h.path("bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		h.t.Errorf("%s: %v\n%s%s", line, err, &out, &stderr)
	}
	return out.String()
}

// serveExample starts a server with the flags of an example, on a free port,
// and ends it.
func (h *workdir) serveExample(example string) {
	h.t.Helper()
	args := append(strings.Fields(example)[1:], "--native")
	if at := strings.Index(example, "--listen"); at < 0 {
		args = append(args, "--listen", "127.0.0.1:0")
	}
	for i, arg := range args {
		args[i] = strings.Replace(arg, ":8080", ":0", 1)
	}
	p := h.start(args...)
	if p.stderr.await(servingLine) == nil {
		h.t.Fatalf("it does not serve: %s", p.stderr)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}

var servingLine = regexp.MustCompile(`msg=serving address=\S+`)
