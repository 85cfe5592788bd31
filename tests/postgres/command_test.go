//go:build postgres

package postgres_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// enrol runs the command in a folder, with a store from the environment.
func enrol(t *testing.T, dir, store, stdin string, arguments ...string) (stdout string, err error) {
	t.Helper()
	path, err := filepath.Abs("../../build/enrol")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, arguments...)
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
