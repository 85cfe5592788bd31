package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// asCommand makes the test binary act as the command.
const asCommand = "ENROL_TEST_AS_COMMAND"

// removedRuleVariable names the rule that tests/mutation removes.
const removedRuleVariable = "ENROL_REMOVED_RULE"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	hearHangups()
	cache, err := os.MkdirTemp("", "enrol-cache")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv("XDG_CACHE_HOME", cache)
	status := m.Run()
	os.RemoveAll(cache)
	os.Exit(status)
}

// hearHangups lets processes that tests start end on SIGHUP, even if the tests run
// under nohup: a process inherits that a signal is ignored.
func hearHangups() {
	signal.Reset(syscall.SIGHUP)
	if signal.Ignored(syscall.SIGHUP) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
}

// fastConf is the built-in configuration without its section [main], with fast
// hashing, which discloses all codes.
var fastConf = builtinConf[strings.Index(builtinConf, "[apps]"):] + `
inform_if_user_invalid=True
inform_if_email_invalid=True
[enrol]
argon2_memory=8192
argon2_iterations=1
`

// workdir is a directory in which the command runs, with fastConf in sso.conf.
type workdir struct {
	t   *testing.T
	dir string
	env []string
}

func newWorkdir(t *testing.T) *workdir {
	h := &workdir{t: t, dir: t.TempDir()}
	h.write("sso.conf", fastConf, 0o644)
	return h
}

func (h *workdir) path(name string) string { return filepath.Join(h.dir, name) }

func (h *workdir) write(name, text string, mode os.FileMode) {
	h.t.Helper()
	if err := os.WriteFile(h.path(name), []byte(text), mode); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Chmod(h.path(name), mode); err != nil {
		h.t.Fatal(err)
	}
}

func (h *workdir) read(name string) string {
	h.t.Helper()
	text, err := os.ReadFile(h.path(name))
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

func (h *workdir) exists(name string) bool {
	_, err := os.Lstat(h.path(name))
	return err == nil
}

// command prepares a run of the command.
func (h *workdir) command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = h.dir
	cmd.Env = append([]string{asCommand + "=1", "HOME=" + h.dir, "XDG_CACHE_HOME=" + os.Getenv("XDG_CACHE_HOME")}, h.env...)
	if removed, set := os.LookupEnv(removedRuleVariable); set {
		cmd.Env = append(cmd.Env, removedRuleVariable+"="+removed)
	}
	return cmd
}

// ran is the result of a run.
type ran struct {
	t      *testing.T
	args   []string
	stdout string
	stderr string
	status int
}

// run runs the command and waits for its end.
func (h *workdir) run(stdin string, args ...string) ran {
	h.t.Helper()
	cmd := h.command(args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		h.t.Fatal(err)
	}
	return ran{h.t, args, stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// fast is run with fastConf and flags that make it fast.
func (h *workdir) fast(stdin string, args ...string) ran {
	h.t.Helper()
	if args[0] == "serve" {
		args = append([]string{"serve", "--listen", "127.0.0.1:0"}, args[1:]...)
	}
	return h.run(stdin, append(args, "--native", "--conf", "sso.conf")...)
}

// want checks the exit status, and that the last line on standard error is one
// of ours and contains these texts.
func (r ran) want(status int, texts ...string) ran {
	r.t.Helper()
	if r.status != status {
		r.t.Errorf("%q: exit status %d, want %d\n%s", r.args, r.status, status, r.stderr)
	}
	for _, bad := range []string{"goroutine ", "panic", ".go:", "\t"} {
		if strings.Contains(r.stderr, bad) {
			r.t.Errorf("%q: standard error has %q:\n%s", r.args, bad, r.stderr)
		}
	}
	lines := strings.Split(strings.TrimSuffix(r.stderr, "\n"), "\n")
	last := lines[len(lines)-1]
	if status != 0 && !strings.HasPrefix(last, "enrol: ") {
		r.t.Errorf("%q: the last line is %q", r.args, last)
	}
	for _, text := range texts {
		if !strings.Contains(last, text) {
			r.t.Errorf("%q: the last line is %q, without %q", r.args, last, text)
		}
	}
	return r
}

// answers reads standard output: one answer per line.
func (r ran) answers() []answer {
	r.t.Helper()
	var answers []answer
	for text := range strings.Lines(r.stdout) {
		var a answer
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			r.t.Fatalf("%q: %v: %s", r.args, err, text)
		}
		answers = append(answers, a)
	}
	return answers
}

// answer has the members of all operations' answers.
type answer struct {
	signup.Response
	rest
}

func (a *answer) UnmarshalJSON(data []byte) error {
	return errors.Join(json.Unmarshal(data, &a.Response), json.Unmarshal(data, &a.rest))
}

// rest is what only some answers have.
type rest struct {
	ConfirmToken string `json:"confirm_token"`
	UserID       string `json:"user_id"`
	User         struct {
		UserID       string `json:"user_id"`
		Username     string `json:"username"`
		SignUpStatus string `json:"sign_up_status"`
	} `json:"user"`
}

// request is a line that signs up a user of that name.
func request(name string) string {
	return `{"cid":"` + name + `","ctx":{"username":"` + name + `","password":"correct horse","email":"` + name + `@example.com","app_list":["CRM"]}}` + "\n"
}
