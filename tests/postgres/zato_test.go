//go:build postgres

package postgres_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A dump that psql makes as the guide says is imported as the one of SQLite, which
// host/cmd/enrol tests.
func TestUsersOfZatoMoveFromPostgreSQL(t *testing.T) {
	t.Parallel()
	database, run := shared.database(t)
	sql, err := os.ReadFile("../zato/zato_sso_user.sql")
	if err != nil {
		t.Fatal(err)
	}
	run(string(sql))
	guide, err := os.ReadFile("../../host/docs/from-zato.md")
	if err != nil {
		t.Fatal(err)
	}
	dump := regexp.MustCompile(`(?m)^ +(psql --dbname zato .*)$`).FindStringSubmatch(string(guide))
	if dump == nil {
		t.Fatal("the guide has no command of psql")
	}
	dir := t.TempDir()
	shell := exec.Command("sh", "-c", strings.Replace(dump[1], "--dbname zato", "--dbname '"+shared.URL(database)+"'", 1))
	shell.Dir = dir
	if said, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	key := regexp.MustCompile("key1=(.*)").FindStringSubmatch(string(sql))[1]
	if err := os.WriteFile(filepath.Join(dir, "zato.key"), []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"7 accounts imported, 0 already there, 0 refused, 1 rejected before and left out\n",
		"0 accounts imported, 7 already there, 0 refused, 1 rejected before and left out\n",
	} {
		if said, err := enrol(t, dir, "", "", "import", "--native", "--from", "zato", "--zato-key-file", "zato.key", "zato_sso_user.csv"); err != nil || said != want {
			t.Fatalf("%v: %s", err, said)
		}
	}
	logins := `{"username":"ada","password":"pässwört 😀"}` + "\n" + `{"username":"chief","password":"correct horse battery"}` + "\n"
	if said, err := enrol(t, dir, "", logins, "verify", "--native"); err != nil {
		t.Errorf("verify: %v: %s", err, said)
	}
	exported, err := enrol(t, dir, "", "", "export", "--native")
	if err != nil {
		t.Fatalf("export: %v: %s", err, exported)
	}
	for _, part := range []string{
		`"display_name":"Ada, Countess of Lovelace"`, `"sign_up_time":"2018-02-13T15:32:24.123Z"`,
		`"is_locked":true,"locked_time":"2020-01-02T03:04:05.000Z"`, `"email":"frank@example.com"`,
	} {
		if !strings.Contains(exported, part) {
			t.Errorf("the accounts lack %s: %s", part, exported)
		}
	}
}
