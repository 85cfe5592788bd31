package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

// newLifeWorkdir is a directory with a configuration in which accounts need
// approval and messages go to a mailbox.
func newLifeWorkdir(t *testing.T) (*workdir, *mailbox) {
	t.Helper()
	box := &mailbox{}
	service := httptest.NewServer(box)
	t.Cleanup(service.Close)
	h := newWorkdir(t)
	conf := strings.Replace(fastConf, "[password]\n", "[password]\ninform_if_must_be_changed=True\n", 1) + "resend_cooldown=0\nmessage_cooldown=0\n[main]\nemail_service=" + service.URL + "/mail\n[login]\ninform_if_locked=True\ninform_if_not_approved=True\n"
	for _, key := range []string{"is_approval_needed", "email_confirm_enabled", "email_welcome_enabled"} {
		conf = strings.Replace(conf, key+"=False", key+"=True", 1)
	}
	h.write("sso.conf", conf, 0o644)
	return h, box
}

// mailbox keeps the messages that it receives.
type mailbox struct {
	mu       sync.Mutex
	messages []message
}

type message struct {
	Kind, To, Token, Reason string
}

func (b *mailbox) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var envelope struct{ Data message }
	if err := json.NewDecoder(r.Body).Decode(&envelope); err != nil {
		panic(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, envelope.Data)
}

// kinds returns the kinds of the messages to an address, in order.
func (b *mailbox) kinds(to string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var kinds []string
	for _, m := range b.messages {
		if m.To == to {
			kinds = append(kinds, m.Kind)
		}
	}
	return strings.Join(kinds, " ")
}

func (b *mailbox) last() message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.messages[len(b.messages)-1]
}

// confirmed signs users up and confirms them, and returns their ids.
func (h *workdir) confirmed(names ...string) []string {
	h.t.Helper()
	var requests, tokens strings.Builder
	for _, name := range names {
		requests.WriteString(request(name))
	}
	for _, a := range h.fast(requests.String(), "signup").want(exitOK).answers() {
		tokens.WriteString(`{"confirm_token":"` + a.ConfirmToken + `"}` + "\n")
	}
	var ids []string
	for _, a := range h.fast(tokens.String(), "confirm").want(exitOK).answers() {
		ids = append(ids, a.UserID)
	}
	return ids
}

// pending lists the accounts that wait.
func (h *workdir) pending(status string) []signup.PendingUser {
	h.t.Helper()
	var users []signup.PendingUser
	for text := range strings.Lines(h.fast("", "pending", "--status", status).want(exitOK).stdout) {
		var user signup.PendingUser
		if err := json.Unmarshal([]byte(text), &user); err != nil {
			h.t.Fatalf("%v: %s", err, text)
		}
		users = append(users, user)
	}
	return users
}

func TestLifeOfAnAccount(t *testing.T) {
	h, box := newLifeWorkdir(t)
	signed := h.fast(request("ada"), "signup").want(exitOK).answers()
	if waiting := h.pending("to-confirm"); len(waiting) != 1 || waiting[0].Username != "ada" || waiting[0].Email != "ada@example.com" {
		t.Errorf("%+v", waiting)
	}
	const login = `{"username":"ada","password":"correct horse"}` + "\n"
	h.fast(login, "verify").want(exitRefused, "1 of 1 request was refused")
	id := h.fast(`{"confirm_token":"`+signed[0].ConfirmToken+`"}`, "confirm").want(exitOK).answers()[0].UserID
	if got := h.fast(login, "verify").want(exitRefused).answers(); got[0].SubStatus[0] != signup.NotApproved {
		t.Errorf("%v", got)
	}
	if waiting := h.pending("to-approve"); len(waiting) != 1 || waiting[0].UserID != id {
		t.Errorf("%+v", waiting)
	}
	for range 2 { // the second time does nothing
		h.fast("", "approve", id).want(exitOK)
	}
	if got := h.fast(login, "verify").want(exitOK).answers(); got[0].User.UserID != id {
		t.Errorf("%v", got)
	}
	h.fast(`{"email":"ada@example.com","password":"correct house"}`, "verify").want(exitRefused)
	if got := h.fast("", "reject", id).want(exitRefused).answers(); got[0].SubStatus[0] != signup.NotAllowed {
		t.Errorf("%v", got)
	}
	if len(h.pending("to-confirm"))+len(h.pending("to-approve")) > 0 {
		t.Error("somebody waits still")
	}
	if got := box.kinds("ada@example.com"); got != "confirm approved" {
		t.Errorf("messages: %s", got)
	}
}

func TestLockAndUnlock(t *testing.T) {
	h, _ := newLifeWorkdir(t)
	id := h.confirmed("ada")[0]
	h.fast("", "approve", id).want(exitOK)
	const login = `{"username":"ada","password":"correct horse"}` + "\n"
	for _, step := range []struct {
		args []string
		want signup.Code
	}{
		{[]string{"lock", id}, signup.Locked},
		{[]string{"lock", id}, signup.Locked},
		{[]string{"unlock", id}, ""},
		{[]string{"unlock", "--password-must-change", id}, signup.PasswordMustChange},
		{[]string{"unlock", id}, signup.PasswordMustChange},
		{[]string{"unlock", "--password-must-change=false", id}, ""},
	} {
		h.fast("", step.args...).want(exitOK)
		got := h.fast(login, "verify").answers()[0]
		if got.OK() != (step.want == "") || !got.OK() && got.SubStatus[0] != step.want {
			t.Errorf("after %v: %+v", step.args, got)
		}
	}
	if got := h.fast("", "lock", "nobody", id).want(exitRefused, "1 of 2 requests were refused").answers(); got[0].SubStatus[0] != signup.UserIDInvalid || !got[1].OK() {
		t.Errorf("%+v", got)
	}
}

func TestErase(t *testing.T) {
	h, _ := newLifeWorkdir(t)
	id := h.confirmed("ada")[0]
	h.fast("", "erase", id).want(exitOK)
	h.fast("", "get", "--user-id", id).want(exitRefused)
	if got := h.fast("", "erase", id).want(exitRefused).answers()[0]; got.SubStatus[0] != signup.UserIDInvalid {
		t.Errorf("%+v", got)
	}
	if again := h.confirmed("ada")[0]; again == id {
		t.Error("the account is the erased one")
	}
	if trail := h.read("data.audit.jsonl"); !strings.Contains(trail, "user.delete_user") {
		t.Errorf("the trail is %s", trail)
	}
	h.run("", "fsck").want(exitOK)
}

func TestDecisionsAreAnsweredInTheOrderOfTheArguments(t *testing.T) {
	h, box := newLifeWorkdir(t)
	ids := h.confirmed("ada", "grace", "edith")
	got := h.fast("", "reject", ids[0], "nobody", ids[1], "--reason", "who is that?").want(exitRefused, "1 of 3 requests were refused").answers()
	if len(got) != 3 || !got[0].OK() || got[1].SubStatus[0] != signup.UserIDInvalid || !got[2].OK() {
		t.Errorf("%v", got)
	}
	if m := box.last(); m.Kind != "rejected" || m.Reason != "who is that?" {
		t.Errorf("%+v", m)
	}
	if waiting := h.pending("to-approve"); len(waiting) != 1 || waiting[0].UserID != ids[2] {
		t.Errorf("%+v", waiting)
	}
	h.confirmed("ada") // the name and the address are free again
	long := strings.Repeat("x", 1025)
	if got := h.fast("", "reject", "--reason", long, ids[2]).want(exitRefused).answers(); got[0].Field != "reason" {
		t.Errorf("%v", got)
	}
	if trail := h.read("data.audit.jsonl"); strings.Contains(trail, "who is that") {
		t.Error("the reason is in the audit trail")
	}
}

func TestResentTokenConfirms(t *testing.T) {
	h, box := newLifeWorkdir(t)
	first := h.fast(request("ada"), "signup").want(exitOK).answers()[0].ConfirmToken
	asked := `{"username":"ada","email":"ada@example.com"}` + "\n" + `{"username":"nobody","email":"ada@example.com"}` + "\n"
	got := h.fast(asked+"{}\n", "resend").want(exitRefused, "1 of 3 requests were refused")
	if answers := got.answers(); !answers[0].OK() || !answers[1].OK() || answers[2].SubStatus[0] != signup.MissingInput {
		t.Errorf("%s", got.stdout)
	}
	second := box.last().Token
	if second == first || len(second) != 32 || box.kinds("ada@example.com") != "confirm confirm_resent" {
		t.Errorf("messages: %s", box.kinds("ada@example.com"))
	}
	if strings.Contains(got.stdout+got.stderr, second) {
		t.Error("the token was shown")
	}
	h.fast(`{"confirm_token":"`+second+`"}`, "confirm").want(exitOK)
}

func TestPendingPagesThroughAll(t *testing.T) {
	h := newWorkdir(t)
	const n = pageSize + 20
	var requests strings.Builder
	for i := range n {
		requests.WriteString(request(fmt.Sprintf("user%d", i)))
	}
	h.fast(requests.String(), "signup").want(exitOK)
	seen := map[string]bool{}
	for _, user := range h.pending("to-confirm") {
		seen[user.Username] = true
	}
	if len(seen) != n {
		t.Errorf("%d of %d are listed", len(seen), n)
	}
	cmd := h.command("pending", "--native", "--status", "to-confirm")
	cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", `exec "$0" pending --native --status to-confirm >/dev/full`, cmd.Path}
	out, _ := cmd.CombinedOutput()
	ran{t, cmd.Args, "", string(out), cmd.ProcessState.ExitCode()}.want(exitFault, "the list cannot be written")
}

func TestPurgePrintsHowManyItRemoved(t *testing.T) {
	h := newWorkdir(t)
	h.fast(strings.Replace(request("ada"), `{"cid"`, `{"idempotency_key":"k","cid"`, 1), "signup").want(exitOK)
	if got := h.fast("", "purge").want(exitOK).stdout; got != "0\n" {
		t.Errorf("it printed %q", got)
	}
	const n = 120 // more than one run reads
	h.expireAnswers(n)
	if got := h.fast("", "purge").want(exitOK).stdout; got != fmt.Sprintf("%d\n", n) {
		t.Errorf("it printed %q", got)
	}
	if got := h.fast("", "purge").want(exitOK).stdout; got != "0\n" {
		t.Errorf("it printed %q", got)
	}
	h.fast("", "get", "--username", "ada").want(exitOK)
}

// expireAnswers writes n expired answers for repeated requests, as copies of
// the existing one.
func (h *workdir) expireAnswers(n int) {
	h.t.Helper()
	store, err := pebble.Open(h.path("data"), pebble.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer store.Close()
	kept, err := store.Scan(context.Background(), "idem/", "", 10)
	if err != nil || len(kept) != 1 {
		h.t.Fatalf("%d answers are kept: %v", len(kept), err)
	}
	text := regexp.MustCompile(`"expires":\d+`).ReplaceAllString(kept[0].Data, `"expires":1`)
	for i := range n {
		batch := kv.Batch{Puts: []kv.Put{{Key: fmt.Sprintf("%s-%d", kept[0].Key, i), Data: text}}}
		if _, err := store.Commit(context.Background(), batch); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestServeWithASuperKey(t *testing.T) {
	h, _ := newLifeWorkdir(t)
	id := h.confirmed("ada")[0]
	h.write("super.key", testSuperKey+"\n", 0o600)
	p, address := h.serve("--conf", "sso.conf", "--super-api-key-file", "super.key")
	const path, asSuperUser = "/zato/sso/user/approve", "Bearer " + testSuperKey
	body := `{"user_id":"` + id + `"}`
	if status, a, err := post(address, path, body); status != 403 || err != nil || a.SubStatus[0] != signup.SuperUserRequired {
		t.Errorf("without the key: %d %v %v", status, a, err)
	}
	if status, a, err := post(address, path, body, "Authorization", asSuperUser); status != 200 || err != nil {
		t.Errorf("with the key: %d %v %v", status, a, err)
	}
	p.signal(syscall.SIGINT)
	if end := p.wait().want(exitOK); strings.Contains(end.stderr, testSuperKey) {
		t.Errorf("the key was logged: %s", end.stderr)
	}
	h.env = []string{superAPIKeyVariable + "=" + testSuperKey}
	p, address = h.serve("--conf", "sso.conf")
	if status, a, err := post(address, path, body, "Authorization", asSuperUser); status != 200 || err != nil {
		t.Errorf("with the key of the environment: %d %v %v", status, a, err)
	}
	p.signal(syscall.SIGINT)
	p.wait().want(exitOK)
}

const testSuperKey = "fedcba9876543210fedcba9876543210"

func TestBadSuperKeys(t *testing.T) {
	h := newWorkdir(t)
	h.write("super.key", testSuperKey, 0o644)
	h.fast("", "serve", "--super-api-key-file", "super.key").want(exitMistake, "super.key", "chmod 600")
	h.write("super.key", testAPIKey, 0o600)
	h.fast("", "serve", "--super-api-key-file", "super.key", "--api-key-file", "super.key").want(exitMistake, "are the same")
	h.fast("", "serve", "--super-api-key-file", "super.key", "--listen", "0.0.0.0:0").want(exitMistake, "needs an API key")
	h.env = []string{superAPIKeyVariable + "=short"}
	h.fast("", "serve").want(exitMistake, superAPIKeyVariable, "32 to")
	h.env = []string{superAPIKeyVariable + "=" + testAPIKey, apiKeyVariable + "=" + testAPIKey}
	h.fast("", "serve").want(exitMistake, "are the same")
	if h.exists("data") {
		t.Error("data was begun")
	}
}

func TestDecisionsNeedAStore(t *testing.T) {
	h := newWorkdir(t)
	for _, args := range [][]string{
		{"resend"}, {"verify"}, {"approve", "x"}, {"reject", "x"}, {"lock", "x"}, {"unlock", "x"}, {"erase", "x"}, {"pending", "--status", "to-approve"}, {"purge"},
	} {
		h.fast("", args...).want(exitMistake, "no data directory ./data")
	}
	if h.exists("data") || h.exists("data.key") {
		t.Error("data was begun")
	}
}

// The audit trail has the calls of the commands for super-users, and who ran
// them.
func TestCommandsForSuperUsersNameTheirUser(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup", "--conf", "sso.conf").want(exitOK)
	for _, args := range [][]string{
		{"pending", "--status", "to-confirm"}, {"approve", "x"}, {"reject", "x"}, {"lock", "x"}, {"unlock", "x"}, {"erase", "x"}, {"dead"}, {"retry", "00/1/2"},
	} {
		before := len(h.read("data.audit.jsonl"))
		h.fast("", append(args, "--conf", "sso.conf")...)
		written := h.read("data.audit.jsonl")[before:]
		if written == "" {
			t.Errorf("enrol %s leaves no trace", args[0])
		}
		for line := range strings.Lines(written) {
			if strings.Contains(line, `"op":"audit.`) {
				continue // a signed line, of the command itself
			}
			if !strings.Contains(line, fmt.Sprintf(`"current_user":"uid:%d"`, os.Getuid())) {
				t.Errorf("enrol %s is audited as %s", args[0], line)
			}
		}
	}
}
