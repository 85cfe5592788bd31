package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
)

// approving is a configuration in which accounts need approval.
const approving = "[apps]\nall=CRM\nsignup_allowed=CRM\n[signup]\nis_approval_needed=True\nemail_confirm_enabled=False\nemail_welcome_enabled=False\n" + cheap

const (
	callerKey = "0123456789abcdef0123456789abcdef"
	superKey  = "fedcba9876543210fedcba9876543210"
)

// applicant is a request of a sign-up.
func applicant(name string) string {
	return fmt.Sprintf(`{"username":%q,"email":"%s@example.com","password":"correct horse battery","app_list":["CRM"]}`, name, name)
}

// ok runs the command, which must succeed, and returns its output.
func ok(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	got := enrol(t, stdin, args...)
	if got.code != 0 || strings.Contains(got.stderr, "built-in configuration") {
		t.Fatalf("%q ended with %d: %s%s", args, got.code, got.stdout, got.stderr)
	}
	return got.stdout
}

// lifeByCommands runs every command of an operator with some flags, while a server runs.
func lifeByCommands(t *testing.T, flags ...string) {
	t.Helper()
	run := func(stdin, name string, args ...string) string {
		t.Helper()
		return ok(t, stdin, append(append([]string{name}, flags...), args...)...)
	}
	claims := run(applicant("ada")+"\n"+applicant("grace")+"\n", "signup")
	if got := run("", "pending", "--status", "to-confirm"); strings.Count(got, "\n") != 2 {
		t.Errorf("to confirm: %s", got)
	}
	run(`{"username":"ada","email":"ada@example.com"}`, "resend")
	var ids []string
	for line := range strings.Lines(run(claims, "confirm")) {
		var answer struct {
			ID string `json:"user_id"`
		}
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, answer.ID)
	}
	if got := run("", "pending", "--status", "to-approve"); strings.Count(got, "\n") != 2 {
		t.Errorf("to approve: %s", got)
	}
	run("", "approve", ids[0])
	run("", "reject", "--reason", "a test", ids[1])
	run("", "lock", ids[0])
	if got := run("", "get", "--username", "ada"); !strings.Contains(got, `"is_locked":true`) {
		t.Errorf("get: %s", got)
	}
	run("", "unlock", ids[0])
	run(`{"username":"ada","password":"correct horse battery"}`, "verify")
	run("", "dead")
	run("", "purge")
	got := enrol(t, "", append(append([]string{"retry"}, flags...), "00/1790069540000/5C9K84EF2J80NR9PN3VXXHACQC")...)
	if got.code != 1 || !strings.Contains(got.stdout, `"status":"error"`) {
		t.Errorf("a retry of nothing ended with %d: %s%s", got.code, got.stdout, got.stderr)
	}
	got = enrol(t, `{"user_id":"x","super_user":true}`, append([]string{"get"}, flags...)...)
	if got.code != 1 || !strings.Contains(got.stdout, `"field":"super_user"`) {
		t.Errorf("a caller who claims rights: %d %s%s", got.code, got.stdout, got.stderr)
	}
}

// trail returns the entries of an audit trail by operation.
func trail(t *testing.T, data string) map[string][]host.AuditEntry {
	t.Helper()
	text, err := os.ReadFile(data + ".audit.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string][]host.AuditEntry{}
	for line := range bytes.Lines(text) {
		var entry host.AuditEntry
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Fatal(err)
		}
		entries[entry.Op] = append(entries[entry.Op], entry)
	}
	return entries
}

// wantActor expects that the trail names who ran the commands.
func wantActor(t *testing.T, data, actor string) {
	t.Helper()
	entries := trail(t, data)
	for _, op := range []string{"user.signup", "user.confirm_signup", "user.get_list", "user.approve_user", "user.reject_user", "user.lock", "user.unlock", "user.get", "event.get_list", "event.retry", "store.purge"} {
		if len(entries[op]) == 0 {
			t.Errorf("the trail has no %s", op)
		}
		for _, entry := range entries[op] {
			if entry.CurrentUser != actor {
				t.Errorf("%s is by %q, want %q", op, entry.CurrentUser, actor)
			}
		}
	}
}

func TestCommandsWhileAServerRuns(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, "--data", data, "--conf", write(t, "sso.conf", approving))
	info, err := os.Lstat(data + ".sock")
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Fatalf("the socket: %v %v", info, err)
	}
	lifeByCommands(t, "--data", data)
	wantActor(t, data, fmt.Sprintf("uid:%d", os.Getuid()))
	s.stop(t)
	if _, err := os.Lstat(data + ".sock"); err == nil {
		t.Error("the socket is still there")
	}
	if leftovers, _ := filepath.Glob(filepath.Join(filepath.Dir(data), ".enrol-*")); len(leftovers) > 0 {
		t.Error(leftovers)
	}
	ok(t, "", "get", "--data", data, "--username", "ada") // on the data itself
}

func TestCommandsOnAServerElsewhere(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	key := write(t, "super.key", "new:"+superKey+"\n"+strings.Repeat("x", 32)+"\n")
	s := serve(t, "--data", data, "--conf", write(t, "sso.conf", approving), "--super-api-key-file", key, "--api-key-file", write(t, "api.key", callerKey))
	lifeByCommands(t, "--server", s.url, "--super-api-key-file", key)
	wantActor(t, data, "key:new")
	for _, test := range []struct {
		text string
		code int
		args []string
	}{
		{"needs the key", 2, []string{"--server", s.url}},
		{"https", 2, []string{"--server", "http://192.0.2.1", "--super-api-key-file", key}},
		{"no user", 2, []string{"--server", "https://user:secret@example.com", "--super-api-key-file", key}},
		{"needs --server", 2, []string{"--super-api-key-file", key}},
		{"E005001", 1, []string{"--server", s.url, "--super-api-key-file", write(t, "other.key", strings.Repeat("y", 32))}},
		{"E005005", 1, []string{"--server", s.url, "--super-api-key-file", write(t, "caller.key", callerKey)}},
	} {
		got := enrol(t, "", append([]string{"get", "--username", "ada"}, test.args...)...)
		if got.code != test.code || !strings.Contains(got.stdout+got.stderr, test.text) || strings.Contains(got.stderr, "secret") {
			t.Errorf("%q ended with %d: %s%s", test.args, got.code, got.stdout, got.stderr)
		}
	}
	for _, command := range []string{"purge", "dead"} {
		got := enrol(t, "", command, "--server", s.url, "--super-api-key-file", write(t, "caller.key", callerKey))
		if got.code != 1 || !strings.Contains(got.stderr, "refused: [E005005]") {
			t.Errorf("%s with the key of a caller ended with %d: %s%s", command, got.code, got.stdout, got.stderr)
		}
	}
	s.kill()
	if got := enrol(t, "", "pending", "--status", "to-approve", "--server", s.url, "--super-api-key-file", key); got.code != 3 || !strings.Contains(got.stderr, "gave no answer") {
		t.Errorf("without the server: %d %s", got.code, got.stderr)
	}
}

// TestOperationsNeedASuperUserOverTCP expects that what the socket serves without a
// key is served nowhere else.
func TestOperationsNeedASuperUserOverTCP(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, "--data", data, "--public", "127.0.0.1:0")
	public := s.public(t)
	post := func(url string) (int, string) {
		response, err := http.Post(url, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(text)
	}
	for _, operation := range host.OperatorOperations() {
		if status, text := post(s.url + "/enrol/" + operation); status != http.StatusForbidden || !strings.Contains(text, "E005005") {
			t.Errorf("%s without a key: %d %s", operation, status, text)
		}
		if entries := trail(t, data)["api."+operation]; len(entries) != 1 || entries[0].Result != "error" {
			t.Errorf("the trail has %v of %s", entries, operation)
		}
		if status, text := post(public + "/enrol/" + operation); status < 400 || strings.Contains(text, "cid") {
			t.Errorf("%s on the public listener: %d %s", operation, status, text)
		}
	}
	for _, path := range []string{"/snapshot", "/enrol/", "/enrol/open", "/enrol/dispatch"} {
		if status, text := post(s.url + path); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
}

func TestSocketOfAKilledServer(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	conf := write(t, "sso.conf", telling+cheap)
	serve(t, "--data", data, "--conf", conf).kill()
	if _, err := os.Lstat(data + ".sock"); err != nil {
		t.Fatal(err)
	}
	ok(t, applicant("ada"), "signup", "--data", data, "--conf", conf)
	s := serve(t, "--data", data, "--conf", conf)
	if got := enrol(t, "", "serve", "--data", data, "--listen", "127.0.0.1:0"); got.code != 3 || !strings.Contains(got.stderr, "in use by another process") {
		t.Errorf("a second server: %d %s", got.code, got.stderr)
	}
	ok(t, "", "get", "--data", data, "--username", "ada")
	ok(t, "", "fsck", "--data", data)
	s.stop(t)
}

func TestSocketWithALongPath(t *testing.T) {
	data := filepath.Join(t.TempDir(), strings.Repeat("long", 30), "data")
	if err := os.Mkdir(filepath.Dir(data), 0o700); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "--data", data)
	ok(t, applicant("ada"), "signup", "--data", data)
	s.stop(t)
}

// TestSocketIsNotMadeOverAFile expects that the server runs without a socket.
func TestSocketIsNotMadeOverAFile(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(data+".sock", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "--data", data)
	if got := enrol(t, "", "dead", "--data", data); got.code != 3 || !strings.Contains(got.stderr, "in use by another process that does not answer") {
		t.Errorf("without a socket: %d %s", got.code, got.stderr)
	}
	s.stop(t)
	if text, err := os.ReadFile(data + ".sock"); err != nil || string(text) != "mine" || !strings.Contains(s.log.String(), "is no socket") {
		t.Errorf("%q %v %s", text, err, s.log.String())
	}
}

// TestFsckOfALiveServer checks the data while people sign up, and again after it was
// damaged.
func TestFsckOfALiveServer(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	conf := write(t, "sso.conf", telling+cheap)
	s := serve(t, "--data", data, "--conf", conf)
	var requests strings.Builder
	for n := range 1500 {
		requests.WriteString(applicant(fmt.Sprint("user", n)) + "\n")
	}
	batch := exec.Command(command, "signup", "--data", data)
	batch.Stdin = strings.NewReader(requests.String())
	var answers bytes.Buffer
	batch.Stdout = &answers
	if err := batch.Start(); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if got := ok(t, "", "fsck", "--data", data); got != "" {
			t.Fatal(got)
		}
	}
	if err := batch.Wait(); err != nil || strings.Count(answers.String(), "confirm_token") != 1500 {
		t.Errorf("the batch: %v", err)
	}
	if got := enrol(t, "", "fsck", "--data", data, "--accept-loss"); got.code != 2 || !strings.Contains(got.stderr, "stopped") {
		t.Errorf("--accept-loss: %d %s", got.code, got.stderr)
	}
	other := write(t, "other.key", string(host.NewSecretKey()))
	if got := enrol(t, "", "fsck", "--data", data, "--key-file", other); got.code != 2 || !strings.Contains(got.stderr, "is not the key") {
		t.Errorf("with another key: %d %s%s", got.code, got.stdout, got.stderr)
	}
	s.stop(t)
	damage(t, data)
	s = serve(t, "--data", data, "--conf", conf)
	if got := enrol(t, "", "fsck", "--data", data); got.code != 1 || !strings.Contains(got.stdout, "stray/key: ") {
		t.Errorf("of damaged data: %d %s%s", got.code, got.stdout, got.stderr)
	}
	s.stop(t)
	if len(trail(t, data)["store.snapshot"]) < 6 {
		t.Error("the trail does not have who read the store")
	}
}

// TestConfigurationOfAGoProgram expects that a service without a URL stops only the
// commands that call it.
func TestConfigurationOfAGoProgram(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	conf := write(t, "sso.conf", strings.Replace(telling, "[signup]\n", "[signup]\ncallback_service_list=crm.on-signup\n", 1)+cheap)
	ok(t, applicant("ada"), "signup", "--data", data, "--conf", write(t, "plain.conf", telling+cheap))
	ok(t, "", "get", "--data", data, "--conf", conf, "--username", "ada")
	ok(t, "", "pending", "--status", "to-confirm", "--data", data, "--conf", conf)
	ok(t, "", "dead", "--data", data, "--conf", conf)
	ok(t, "", "purge", "--data", data, "--conf", conf)
	ok(t, applicant("grace"), "validate", "--conf", conf)
	for name, arguments := range map[string][]string{"signup": nil, "confirm": nil, "approve": {"x"}, "retry": {"x"}} {
		got := enrol(t, "", append([]string{name, "--data", data, "--conf", conf}, arguments...)...)
		if got.code != 2 || !strings.Contains(got.stderr, "crm.on-signup") {
			t.Errorf("%s: %d %s", name, got.code, got.stderr)
		}
	}
}
