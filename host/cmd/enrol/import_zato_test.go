package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// zatoSQL makes the table of the users of Zato SSO in a database, with users.
func zatoSQL(t *testing.T) (sql, key string) {
	t.Helper()
	text, err := os.ReadFile("../../../tests/zato/zato_sso_user.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(text), regexp.MustCompile("key1=(.*)").FindStringSubmatch(string(text))[1]
}

// sqlite runs SQL in zato.db.
func (h *workdir) sqlite(sql string) {
	h.t.Helper()
	cmd := exec.Command("sqlite3", "-bail", h.path("zato.db"))
	cmd.Stdin = strings.NewReader(sql)
	if out, err := cmd.CombinedOutput(); err != nil {
		h.t.Fatalf("%v: %s (tests/hosts/need.sh 'sqlite3 --version' sqlite3 installs it)", err, out)
	}
}

// zatoSteps returns the commands of the guide that begin with SQLite's.
func zatoSteps(t *testing.T) []string {
	t.Helper()
	guide, err := os.ReadFile("../../docs/from-zato.md")
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(guide), -1) {
		for step := range strings.Lines(block[1]) {
			if step = strings.TrimSpace(step); step != "" && !strings.HasPrefix(step, "psql ") {
				steps = append(steps, step)
			}
		}
	}
	if len(steps) != 5 {
		t.Fatalf("the guide has the commands %q", steps)
	}
	return steps
}

// exportedOf returns what is exported of each account, by username.
func exportedOf(h *workdir) map[string]map[string]any {
	h.t.Helper()
	accounts := map[string]map[string]any{}
	for _, line := range exportedBy(h) {
		var account map[string]any
		if err := json.Unmarshal([]byte(line), &account); err != nil {
			h.t.Fatal(err)
		}
		accounts[account["username"].(string)] = account
	}
	return accounts
}

// The guide, from the table in SQLite to logins.
func TestUsersOfZatoMoveAsTheGuideSays(t *testing.T) {
	h := exampleWorkdir(t)
	for _, name := range []string{"data", "data.key", "data.audit.jsonl"} { // of other tests
		if err := os.RemoveAll(h.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	sql, key := zatoSQL(t)
	h.sqlite(sql + "UPDATE zato_sso_user SET email = CAST(email AS BLOB), password = CAST(password AS BLOB), sign_up_confirm_token = CAST(sign_up_confirm_token AS BLOB);")
	h.write("secrets.conf", "[secret_keys]\nkey1="+key+"\n\n[zato]\nwell_known_data=x\n", 0o600)
	steps := zatoSteps(t)
	got := h.shell(strings.Join(steps, "\n"))
	if want := "7 accounts would be imported, 0 already there, 0 refused, 1 rejected before and left out\n" +
		"7 accounts imported, 0 already there, 0 refused, 1 rejected before and left out\n"; got != want {
		t.Fatalf("printed\n%swant\n%s", got, want)
	}
	h.run("", "fsck").want(exitOK)
	before := h.content()
	if got := h.shell(steps[len(steps)-1]); got != "0 accounts imported, 7 already there, 0 refused, 1 rejected before and left out\n" {
		t.Errorf("the second import printed %s", got)
	}
	if !maps.Equal(before, h.content()) {
		t.Error("the second import changed something")
	}

	accounts := exportedOf(h)
	for name, want := range map[string]string{
		"chief": `{"user_id":"26WZ56SBD99D7BTWAT4RY1AFQC","state":"final","approval_status":"approved","sign_up_confirm_time":"2018-02-13T15:32:24.123Z","approval_status_mod_time":"2018-02-14T09:00:00.000Z"}`,
		"ada": `{"user_id":"42BDJJ80EY95P8T9RX2XRNJKT8","email":"ada@example.com","state":"final","display_name":"Ada, Countess of Lovelace","first_name":"Ada","last_name":"Lovelace",
			"app_list":["CRM"],"sign_up_time":"2018-02-13T15:32:24.123Z","sign_up_confirm_time":"2018-02-13T16:00:00.654Z","password_last_set":"2019-03-01T08:00:00.500Z",
			"approval_status":"approved","approval_status_mod_by":"26WZ56SBD99D7BTWAT4RY1AFQC"}`,
		"bob":   `{"email":"bob@example.com","state":"final","approval_status":"before_decision","is_approval_needed":true}`,
		"carol": `{"email":"carol@example.com","state":"before_confirmation","approval_status":"approved","is_approval_needed":false}`,
		"dave":  `{"email":"dave@example.com","state":"before_confirmation","approval_status":"before_decision","is_approval_needed":true}`,
		"frank": `{"user_id":"03AYVR2QAM84MSJFN9TM1G8JSS","email":"frank@example.com","state":"final","is_locked":true,"locked_time":"2020-01-02T03:04:05.000Z","password_must_change":true}`,
		"grace": `{"state":"final","approval_status":"before_decision"}`,
	} {
		var fields map[string]any
		if err := json.Unmarshal([]byte(want), &fields); err != nil {
			t.Fatal(err)
		}
		for field, value := range fields {
			if fmt.Sprint(accounts[name][field]) != fmt.Sprint(value) {
				t.Errorf("%s of %s is %v, want %v", field, name, accounts[name][field], value)
			}
		}
	}
	for field, name := range map[string]string{"email": "chief", "locked_time": "grace"} {
		if value, has := accounts[name][field]; has {
			t.Errorf("%s of %s is %v", field, name, value)
		}
	}

	h.write("sso.conf", strings.Replace(h.read("sso.conf"), "[enrol]", "[login]\ninform_if_locked=True\ninform_if_not_confirmed=True\ninform_if_not_approved=True\n[enrol]", 1), 0o600)
	login := func(name, password string) string {
		t.Helper()
		a := h.fast(fmt.Sprintf(`{"username":%q,"password":%q}`+"\n", name, password), "verify").answers()[0]
		return fmt.Sprint(a.Status, a.SubStatus)
	}
	short, long := "pässwört 😀", "correct horse battery"
	logsIn := func(name, password, want string) {
		t.Helper()
		if got := login(name, password); got != want {
			t.Errorf("%s logs in with %s, want %s", name, got, want)
		}
	}
	const ok, locked, unconfirmed, unapproved, wrong = "ok[]", "error[E005002]", "error[E005003]", "error[E005004]", "error[E005001]"
	logsIn("chief", long, ok)
	logsIn("ada", short, ok)
	logsIn("ada", long, wrong)
	logsIn("bob", short, unapproved)
	logsIn("carol", short, unconfirmed)
	logsIn("frank", long, locked)
	logsIn("erin", short, wrong)
	h.fast(`{"confirm_token":"A-gUN1SC67wJ3oXiiUfWGra1f6OlzcAB"}`+"\n"+`{"confirm_token":"evcGCllN8S0Ztd7g3nsVxuhunQGd4lCe"}`+"\n", "confirm").want(exitOK)
	logsIn("carol", short, ok)
	logsIn("dave", short, unapproved)
	h.fast("", "approve", signedUp(h, "bob"), signedUp(h, "dave"), signedUp(h, "grace")).want(exitOK)
	logsIn("bob", short, ok)
	logsIn("dave", short, ok)
	logsIn("grace", short, ok)
	if got := h.shell(steps[len(steps)-1]); got != "0 accounts imported, 7 already there, 0 refused, 1 rejected before and left out\n" {
		t.Errorf("after logins the import printed %s", got)
	}
	if trail := h.read("data.audit.jsonl"); strings.Contains(trail, "example.com") || strings.Contains(trail, key) {
		t.Error("the trail has an address or the key")
	}
}

// Wrong rows, as psql writes them, are printed with their lines.
func TestRowsOfZatoThatAreRefused(t *testing.T) {
	h := newWorkdir(t)
	_, key := zatoSQL(t)
	h.write("zato.key", key+"\n", 0o600)
	h.write("other.key", "qJB21fdnicYCljWasmxgBfMMj5nYXgF8W7XJCWtTwFU=", 0o600)
	const sealed = "gAAAAABrCsSRD7i5yf_qVxIXTgAh7YOsv-Gnf4mm-J_mlnoe0cvK_r82l5-lEplMY3ZzKk-N_vU2ej2u7vKZOPt6KC6khjjxLg=="
	dump := "username,password,sign_up_status,approval_status,is_locked,email,user_id\n" +
		"ada," + movedHash + ",final,approved,f,,zuserada\n" +
		"bob," + movedHash + ",final,approved,f," + sealed + ",\n" +
		"carol," + sealed + ",final,approved,f,,\n" +
		"dave," + movedHash + ",confirmed,approved,f,,\n" +
		"erin," + movedHash + ",final,maybe,f,,\n" +
		"frank," + movedHash + ",final,approved,maybe,,\n" +
		"grace," + movedHash + ",final\n" +
		"heidi,,final,approved,f,,\n" +
		"ivan," + movedHash + ",final,approved,f,gAAAAi@example.com,\n"
	rest := "line 5: sign_up_status must be before_confirmation, to_approve or final\n" +
		"line 6: approval_status must be approved, before_decision or rejected\n" +
		"line 7: is_locked must be true or false\n" +
		"line 8: has 3 fields, and the first line has 7\n" +
		"line 9: password_hash is required\n"
	for _, test := range []struct {
		flags []string
		text  string
	}{
		{nil, "is encrypted: give the key of Zato with --zato-key-file"},
		{[]string{"--zato-key-file", "zato.key"}, "cannot be decrypted with the key of --zato-key-file"},
	} {
		got := h.fast(dump, append([]string{"import", "--from", "zato", "--dry-run"}, test.flags...)...).want(exitRefused, "2 accounts would be imported, 0 already there, 7 refused")
		if want := "line 3: email " + test.text + "\nline 4: password " + test.text + "\n" + rest; got.stdout != want {
			t.Errorf("printed\n%swant\n%s", got.stdout, want)
		}
	}
	got := h.fast(dump, "import", "--from", "zato", "--zato-key-file", "other.key").want(exitRefused, "3 accounts imported, 0 already there, 6 refused")
	if strings.Contains(got.stdout+got.stderr, "bob@example.com") || !strings.Contains(got.stdout, "line 4: password_hash cannot be used") {
		t.Errorf("printed %s", got.stdout)
	}
	accounts := exportedOf(h)
	if accounts["bob"]["email"] != "bob@example.com" || accounts["ivan"]["email"] != "gAAAAi@example.com" {
		t.Errorf("%v", accounts)
	}
}

func TestMistakesInAnImportFromZato(t *testing.T) {
	h := newWorkdir(t)
	h.write("bad.key", "$ZATO_KEY", 0o600)
	h.write("open.key", "qJB21fdnicYCljWasmxgBfMMj5nYXgF8W7XJCWtTwFU=", 0o644)
	const header = "username,password,sign_up_status,approval_status\n"
	for _, test := range []struct {
		dump string
		args []string
		text string
	}{
		{header, []string{"--from", "ldap"}, "--from must be zato"},
		{header, []string{"--zato-key-file", "bad.key"}, "--zato-key-file needs --from zato"},
		{header, []string{"--from", "zato", "--zato-key-file", "bad.key"}, "key1 in secrets.conf"},
		{header, []string{"--from", "zato", "--zato-key-file", "open.key"}, "open.key"},
		{header, []string{"--from", "zato", "--zato-key-file", "missing.key"}, "missing.key"},
		{"", []string{"--from", "zato"}, "the first line must name the columns"},
		{"username,password,sign_up_status\n", []string{"--from", "zato"}, "the column approval_status of zato_sso_user is missing"},
		{"name," + header, []string{"--from", "zato"}, `column 1 is called "name"`},
		{"username," + header, []string{"--from", "zato"}, "the column username is there twice"},
	} {
		h.fast(test.dump, append([]string{"import"}, test.args...)...).want(exitMistake, test.text)
	}
	if h.exists("data") {
		t.Error("a mistake left data behind")
	}
	if got := h.fast("\ufeff"+header, "import", "--from", "zato").want(exitOK).stdout; got != "0 accounts imported, 0 already there, 0 refused\n" {
		t.Errorf("without users: %s", got)
	}
}
