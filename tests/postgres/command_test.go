//go:build postgres

package postgres_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// enrol runs the command in a folder, with a store from the environment.
func enrol(t *testing.T, dir, store, stdin string, arguments ...string) (stdout string, err error) {
	t.Helper()
	return enrolOf(t, built(t), dir, store, stdin, arguments...)
}

// enrolOf does the same with another command.
func enrolOf(t *testing.T, command, dir, store, stdin string, arguments ...string) (stdout string, err error) {
	t.Helper()
	c := exec.Command(command, arguments...)
	c.Dir, c.Stdin = dir, strings.NewReader(stdin)
	c.Env = append(os.Environ(), "ENROL_STORE="+store)
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err = c.Run(); err != nil {
		return said.String(), err
	}
	return out.String(), nil
}

func TestTheCommandKeepsItsDataInPostgreSQL(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	url := shared.URL(database)
	here, there := t.TempDir(), t.TempDir()
	ada := `{"username":"ada","email":"ada@example.com","password":"correct horse battery","app_list":["CRM"]}` + "\n"
	if said, err := enrol(t, here, "", ada, "signup", "--native", "--store", url); err != nil {
		t.Fatalf("signup: %v: %s", err, said)
	}
	if _, err := os.Stat(filepath.Join(here, "data")); err == nil {
		t.Error("there is a data directory too")
	}
	if said, err := enrol(t, here, url, "", "get", "--native", "--username", "ada"); err != nil || !strings.Contains(said, `"ada@example.com"`) {
		t.Errorf("get: %v: %s", err, said)
	}
	if said, err := enrol(t, here, url, "", "fsck"); err != nil {
		t.Errorf("fsck: %v: %s", err, said)
	}

	// Another machine without the key must not make one.
	if said, err := enrol(t, there, url, ada, "signup", "--native"); err == nil || !strings.Contains(said, "data.key is missing") {
		t.Errorf("without the key: %v: %s", err, said)
	}
	if _, err := os.Stat(filepath.Join(there, "data.key")); err == nil {
		t.Error("there is a key of a store that is not empty")
	}
	key, err := os.ReadFile(filepath.Join(here, "data.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(there, "data.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := enrol(t, there, url, "", "get", "--native", "--username", "ada"); err != nil || !strings.Contains(said, `"ada@example.com"`) {
		t.Errorf("get with the key: %v: %s", err, said)
	}
}

func TestTheCommandPrintsTheSecretsOfADatabase(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	url := shared.URL(database)
	dir := t.TempDir()
	type delivery struct {
		header http.Header
		body   []byte
	}
	deliveries := make(chan delivery, 1)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		deliveries <- delivery{r.Header, body}
	}))
	defer receiver.Close()
	conf := "[apps]\nsignup_allowed=CRM\n[signup]\nis_approval_needed=False\nemail_confirm_enabled=False\nemail_welcome_enabled=False\n" +
		"callback_service_list=" + receiver.URL + "\n"
	if err := os.WriteFile(filepath.Join(dir, "sso.conf"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	ada := `{"username":"ada","email":"ada@example.com","password":"correct horse battery","app_list":["CRM"]}` + "\n"
	if said, err := enrol(t, dir, url, ada, "signup", "--native", "--conf", "sso.conf"); err != nil {
		t.Fatalf("signup: %v: %s", err, said)
	}
	got := <-deliveries
	for _, store := range [][]string{{url}, {"", "--store", url}} {
		said, err := enrol(t, dir, store[0], "", append([]string{"webhook-secret", "--conf", "sso.conf", receiver.URL}, store[1:]...)...)
		if err != nil {
			t.Fatalf("webhook-secret: %v: %s", err, said)
		}
		secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(said), "whsec_"))
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(sha256.New, secret)
		fmt.Fprintf(mac, "%s.%s.%s", got.header.Get("Webhook-Id"), got.header.Get("Webhook-Timestamp"), got.body)
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); !slices.Contains(strings.Fields(got.header.Get("Webhook-Signature")), want) {
			t.Errorf("the secret is not that of %q", got.header.Get("Webhook-Signature"))
		}
	}
	malformed, err := enrol(t, dir, "", "", "webhook-secret", "--store", "mysql://h/d", receiver.URL)
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(malformed, "--store names no store") {
		t.Errorf("another database: %v: %s", err, malformed)
	}
}
