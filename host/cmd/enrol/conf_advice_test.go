package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/advice"
)

// readLines reads the output of --json.
func readLines[T any](r ran) []T {
	r.t.Helper()
	var all []T
	for text := range strings.Lines(r.stdout) {
		var one T
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			r.t.Fatalf("%q: %v: %s", r.args, err, text)
		}
		all = append(all, one)
	}
	return all
}

func TestConfExplain(t *testing.T) {
	h := newWorkdir(t)
	h.write("a.conf", "[apps]\nsignup_allowed = CRM, 'HR, old'\nall = CRM, 'HR, old'\n[password]\nmin_length=15\n[enrol]\nrate_verify=100\n", 0o644)
	text := h.run("", "conf", "explain", "a.conf").want(exitOK).stdout
	for _, part := range []string{
		"[main]\nencrypt_email = True  (default of the original)\n    E-mail addresses are sealed in the store.\n",
		"\n\n[apps]\nall = CRM, \"HR, old\"  (a.conf:3:7)\n",
		"\nmin_length = 15  (a.conf:5:12)\n    The minimum length of a password, in code points after normalisation.\n",
		"\nreject_list = 111111, 123123, 123321, 123456, 123qwe, 1q2w3e, 1q2w3e4r, 1q2w3e4r5t … (24 in all)  (default of the original)\n",
		"\nsite_name = \"\"  (default of the original)\n",
		"\ncallback_service_list = nothing  (default of the original)\n",
		"\nrate_verify = 100  (a.conf:7:13)\n",
		"\nargon2_memory = 19456  (default of Enrol)\n",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the explanation lacks %q:\n%s", part, text)
		}
	}
	settings := readLines[advice.Explanation](h.run("", "conf", "explain", "--json", "a.conf").want(exitOK))
	if len(settings) != strings.Count(text, " = ") {
		t.Errorf("there are %d settings in JSON, and %d otherwise", len(settings), strings.Count(text, " = "))
	}
	for _, s := range settings {
		if s.Key == "password.min_length" && (s.Value != 15.0 || s.Origin != advice.FromFile || s.Line != 5 || s.Column != 12) {
			t.Errorf("%+v", s)
		}
	}
}

func TestConfLint(t *testing.T) {
	h := newWorkdir(t)
	h.write("a.conf", "[apps]\nsignup_allowed=CRM\n[main]\nemail_service=https://mail.example.org/\n[password]\nmin_length=8\nfrob=1\n", 0o644)
	text := h.run("", "conf", "lint", "a.conf").want(exitOK).stdout
	for _, part := range []string{
		"a.conf: high: password.expiry is 730 days: ",
		"\na.conf:6:12: high: password.min_length is 8: ",
		" [min-length; NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0.0, 6.2.1]\n",
		"\na.conf:7:1: medium: password: the key \"frob\" is not known",
		"a.conf: low: signup.email_confirm_from is confirm@example.com, an example: set your own address [example-sender]\n",
	} {
		if !strings.Contains("\n"+text, part) {
			t.Errorf("the findings lack %q:\n%s", part, text)
		}
	}
	strict := h.run("", "conf", "lint", "--strict", "a.conf").want(exitRefused, "a.conf: ", "findings of high or medium severity")
	if strict.stdout != text {
		t.Errorf("--strict prints something else:\n%s", strict.stdout)
	}
	findings := readLines[advice.Finding](h.run("", "conf", "lint", "--json", "a.conf").want(exitOK))
	if len(findings) != strings.Count(text, "\n") {
		t.Errorf("there are %d findings in JSON, and %d otherwise", len(findings), strings.Count(text, "\n"))
	}
}

func TestConfExplainAndLintRefuseInvalidFiles(t *testing.T) {
	h := newWorkdir(t)
	h.write("bad.conf", "[apps]\ndefault=Billing\n", 0o644)
	for _, name := range []string{"explain", "lint"} {
		got := h.run("", "conf", name, "bad.conf").want(exitMistake, "bad.conf: 1 error")
		if !strings.HasPrefix(got.stdout, "bad.conf:2:9: apps.default: ") {
			t.Errorf("%s printed %q", name, got.stdout)
		}
		h.run("", "conf", name, "missing.conf").want(exitMistake, "missing.conf")
	}
}

func TestConfInit(t *testing.T) {
	h := newWorkdir(t)
	h.run("", "conf", "init").want(exitMistake, "sso.conf already exists and is not overwritten")
	if h.read("sso.conf") != fastConf {
		t.Error("it is overwritten")
	}
	got := h.run("", "conf", "init", "new.conf").want(exitOK)
	if got.stdout != "" || !strings.Contains(got.stderr, "enrol conf lint new.conf") {
		t.Errorf("printed %q and %q", got.stdout, got.stderr)
	}
	if info, err := os.Stat(h.path("new.conf")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	h.run("", "conf", "init", "no/such/dir.conf").want(exitMistake, "no/such/dir.conf")

	if checked := h.run("", "conf", "check", "new.conf").want(exitOK).stdout; !strings.HasPrefix(checked, "new.conf:21:15: warning: neither main.email_service") || strings.Count(checked, "\n") != 1 {
		t.Errorf("check finds %q", checked)
	}
	linted := h.run("", "conf", "lint", "new.conf").want(exitOK).stdout
	for line := range strings.Lines(linted) {
		if !strings.Contains(line, "[check]") && !strings.Contains(line, "[example-sender]") && !strings.Contains(line, "[decide]") {
			t.Errorf("lint finds what could have been avoided: %s", line)
		}
	}
	decided := strings.NewReplacer("@example.com", "@example.org", "email_service=", "email_service=https://mail.example.org/", "DECIDE: ", "").Replace(h.read("new.conf"))
	h.write("decided.conf", decided, 0o644)
	if linted := h.run("", "conf", "lint", "--strict", "decided.conf").want(exitOK).stdout; linted != "" {
		t.Errorf("lint finds %q", linted)
	}
	signed := `{"ctx":{"username":"ada","password":"correct horse battery","email":"ada@example.com","app_list":["CRM"]}}`
	h.run(signed, "validate", "--native", "--conf", "new.conf").want(exitOK)
}
