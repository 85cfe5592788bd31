//go:build postgres

package postgres_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/tests/changed"
)

// buildChanged builds the command with one line of its sources changed, as a
// later version has it.
func buildChanged(t *testing.T, file, line, replacement string) (command string) {
	t.Helper()
	command, err := changed.Build("../..", t.TempDir(), file, line, replacement)
	if err != nil {
		t.Fatal(err)
	}
	return command
}

// During a rolling upgrade, a server whose records have a newer version works
// next to one that does not know that version. The older one serves what it can
// read, refuses clearly what it cannot, and breaks nothing.
func TestANewerVersionServesNextToAnOlderOne(t *testing.T) {
	t.Parallel()
	newer := buildChanged(t, "signup/internal/record/record.go", "const Version = 1", "const Version = 2")
	database, _ := shared.database(t)
	store, here, there, key := shared.URL(database), t.TempDir(), t.TempDir(), host.NewSecretKey()
	var messages atomic.Int32
	mailer := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { messages.Add(1) }))
	defer mailer.Close()
	conf := filepath.Join(t.TempDir(), "sso.conf")
	if err := os.WriteFile(conf, []byte("[main]\nemail_service=mailer\n[apps]\nsignup_allowed=CRM\n[password]\nmin_complexity=0\n[enrol_services]\nmailer="+mailer.URL+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	writeKeys(t, here, key)
	writeKeys(t, there, key)

	old := serveWith(t, built(t), here, store, "--conf", conf)
	token := old.signUp("ada")
	wait(t, "the message to ada", func() bool { return messages.Load() == 1 })
	next := serveWith(t, newer, there, store, "--conf", conf)
	if status, members := next.send("PATCH", "/signup", map[string]any{"confirm_token": token, "current_app": "CRM"}); status != http.StatusOK {
		t.Errorf("the newer one confirms a claim of the older one: %d %v", status, members)
	}
	next.signUp("eve")
	wait(t, "the message to eve", func() bool { return messages.Load() == 2 })

	if said, err := enrolOf(t, built(t), here, store, "", "get", "--native", "--username", "eve"); err == nil || !strings.Contains(said, "use a newer engine") {
		t.Errorf("the older one reads a newer account: %v: %s", err, said)
	}
	status, members := old.send("POST", "/signup", map[string]any{
		"username": "eve", "email": "another@example.com", "password": "correct horse battery", "app_list": []string{"CRM"}, "current_app": "CRM",
	})
	if status < http.StatusInternalServerError {
		t.Errorf("the older one decides about a name that it cannot read: %d %v", status, members)
	}
	old.signUp("bob")
	next.signUp("joe")
	wait(t, "the messages to bob and joe", func() bool { return messages.Load() == 4 })
	for _, s := range []*served{old, next} {
		s.end(syscall.SIGTERM)
	}
	if said, err := enrolOf(t, newer, there, store, "", "fsck"); err != nil {
		t.Errorf("fsck: %v: %s", err, said)
	}
	for _, username := range []string{"ada", "bob", "eve", "joe"} {
		if said, err := enrolOf(t, newer, there, store, "", "get", "--native", "--username", username); err != nil {
			t.Errorf("the newer one reads %s: %v: %s", username, err, said)
		}
	}
}

// A server with other tables of Unicode refuses to serve.
func TestAnotherVersionOfUnicodeIsRefused(t *testing.T) {
	t.Parallel()
	other := buildChanged(t, "signup/internal/identity/unicode.go", "norm.Version, unicode.Version", `norm.Version + ".next", unicode.Version`)
	database, _ := shared.database(t)
	store, dir := shared.URL(database), t.TempDir()
	serve(t, dir, store, host.NewSecretKey()).signUp("ada")
	said, err := enrolOf(t, other, dir, store, "", "serve", "--native", "--listen", "127.0.0.1:0")
	if err == nil || !strings.Contains(said, "the store was created with Unicode") {
		t.Errorf("got %v: %s", err, said)
	}
}
