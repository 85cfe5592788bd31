package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// movedHash is a hash of "pässwört 😀" made by bcrypt 4.0.1.
const movedHash = "$2b$04$AAECAwQFBgcICQoLDA0ODuTrcSjQ6e0jEtrBh0.l6hFENFZYgXrQy"

// movedAccount is a line that moves a user of that name in.
func movedAccount(name string) string {
	return fmt.Sprintf(`{"username":%q,"email":"%s@example.com","password_hash":%q,"app_list":["CRM"]}`+"\n", name, name, movedHash)
}

func TestImportReadsJSONLines(t *testing.T) {
	h := newWorkdir(t)
	lines := movedAccount("ada") + "\n" + `{"username":"bob"}` + "\nnot JSON\n" + `{"username":"eve"} ,"dry_run":true` + "\n" +
		strings.Repeat("x", maxLine+1) + "\n" + movedAccount("bob")
	got := h.fast(lines, "import").want(exitRefused, "2 accounts imported, 0 already there, 4 refused")
	want := "line 3: password_hash is required\nline 4: is no JSON object\nline 5: is no JSON object\nline 6: is longer than 65536 bytes\n"
	if got.stdout != want {
		t.Errorf("printed\n%swant\n%s", got.stdout, want)
	}
	login := h.fast(`{"username":"ADA","password":"pässwört 😀"}`+"\n", "verify").want(exitOK).answers()
	if login[0].User.Username != "ada" {
		t.Errorf("%+v", login)
	}
	h.run("", "fsck").want(exitOK)
	before := h.content()
	again := h.fast(movedAccount("ada")+movedAccount("bob"), "import").want(exitOK)
	if again.stdout != "0 accounts imported, 2 already there, 0 refused\n" {
		t.Errorf("the second import printed %s", again.stdout)
	}
	for key, data := range before {
		if h.content()[key] != data {
			t.Errorf("the second import changed %s", key)
		}
	}
}

func TestImportReadsCSV(t *testing.T) {
	h := newWorkdir(t)
	h.write("sso.conf", strings.Replace(fastConf, "all=CRM", "all=CRM,Shop", 1), 0o644)
	h.write("accounts.csv", "\ufeffusername,email,password_hash,app_list,display_name,attrs.locale,sign_up_time,is_locked,state\r\n"+
		`ada,ada@example.com,`+movedHash+`,CRM;Shop,"Ada ""the first"", of`+"\n"+`Lovelace",en,2018-02-13 15:32:24,f,`+"\n"+
		"\n"+
		`bob,,`+movedHash+`,,,,,t,final`+"\n"+
		`eve,,`+movedHash+`,,,,yesterday,,`+"\n"+
		`mallory,,`+movedHash+"\n"+
		`trent,,`+movedHash+`,,,,,maybe,`+"\n"+
		`oscar,,"`+movedHash+"\n", 0o600)
	got := h.fast("", "import", "accounts.csv").want(exitRefused, "1 account imported, 0 already there, 5 refused")
	want := "line 2: display_name contains a control or another invisible character\n" +
		"line 6: sign_up_time must be a time such as 2018-02-13T15:32:24Z\n" +
		"line 7: has 3 fields, and the first line has 9\n" +
		"line 8: is_locked must be true or false\n" +
		"line 9: has a quote that is not closed\n"
	if got.stdout != want {
		t.Errorf("printed\n%swant\n%s", got.stdout, want)
	}
	h.write("accounts.csv", strings.Replace(h.read("accounts.csv"), "of\nLovelace", "of Lovelace", 1), 0o600)
	h.fast("", "import", "accounts.csv").want(exitRefused, "1 account imported, 1 already there")
	exported := h.fast("", "export").want(exitOK).stdout
	for _, part := range []string{
		`"username":"ada","email":"ada@example.com","current_app":"CRM","app_list":["CRM","Shop"],"state":"final","display_name":"Ada \"the first\", of Lovelace","attrs":{"locale":"en"}`,
		`"sign_up_time":"2018-02-13T15:32:24.000Z"`, `"username":"bob"`, `"is_locked":true`,
	} {
		if !strings.Contains(exported, part) {
			t.Errorf("the accounts lack %s: %s", part, exported)
		}
	}
	h.fast("name,password_hash\n", "import").want(exitMistake, `column 1 is called "name"`)
	h.fast("username,username\n", "import").want(exitMistake, "username has two columns")
	h.write("latin1.csv", "username,display_name,password_hash\nren,Ren\xe9,"+movedHash+"\n", 0o600)
	if got := h.fast("", "import", "latin1.csv").want(exitRefused, "0 accounts imported").stdout; got != "line 2: is not UTF-8\n" {
		t.Errorf("Latin-1: %s", got)
	}
	h.write("marked.jsonl", "\ufeff"+`{"username":"mark","password_hash":"`+movedHash+`"}`+"\n", 0o600)
	h.fast("", "import", "marked.jsonl").want(exitOK)
	h.fast("", "get", "--username", "mark").want(exitOK)
}

func TestImportEndsWithStrict(t *testing.T) {
	h := newWorkdir(t)
	var lines strings.Builder
	lines.WriteString(`{"username":"a b","password_hash":"` + movedHash + `"}` + "\n")
	const others = 20 * importWindow
	for n := range others {
		lines.WriteString(movedAccount(fmt.Sprint("user", n)))
	}
	got := h.fast(lines.String(), "import", "--strict").want(exitRefused, "ended by --strict")
	if got.stdout != "line 1: E001001 the username is not valid\n" {
		t.Errorf("printed %s", got.stdout)
	}
	if n := strings.Count(h.fast("", "export").want(exitOK).stdout, "\n"); n == others {
		t.Errorf("all %d accounts were imported", n)
	}
}

func TestDryRunOfImport(t *testing.T) {
	h := newWorkdir(t)
	h.fast(movedAccount("ada"), "import").want(exitOK)
	before := h.read("data.audit.jsonl")
	got := h.fast(movedAccount("ada")+movedAccount("bob")+`{"username":"ada","password_hash":"`+movedHash+`"}`+"\n", "import", "--dry-run").
		want(exitRefused, "1 account would be imported, 1 already there, 1 refused")
	if got.stdout != "line 3: E001002 the username belongs to another account\n" {
		t.Errorf("printed %s", got.stdout)
	}
	if h.read("data.audit.jsonl") != before || len(exportedBy(h)) != 1 {
		t.Error("something was written")
	}
}

// exportedBy returns the lines of export with hashes, sorted.
func exportedBy(h *workdir, flags ...string) []string {
	h.t.Helper()
	lines := strings.SplitAfter(h.fast("", append([]string{"export", "--hashes"}, flags...)...).want(exitOK).stdout, "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	slices.Sort(lines)
	return lines
}

// What export prints, import reads into other data, which then exports the same.
func TestExportIsImportedByAnother(t *testing.T) {
	h := newWorkdir(t)
	h.confirmed("ada", "bob")
	h.fast(request("zoe"), "signup").want(exitOK) // waits for its token
	var lines strings.Builder
	for n := range 250 {
		lines.WriteString(movedAccount(fmt.Sprint("user", n)))
	}
	h.fast(lines.String(), "import").want(exitOK)
	exported := exportedBy(h)
	if len(exported) != 253 {
		t.Fatalf("%d lines", len(exported))
	}
	h.fast(strings.Join(exported, ""), "import", "--data", "other").want(exitOK)
	if got := exportedBy(h, "--data", "other"); !slices.Equal(got, exported) {
		t.Errorf("%d lines become %d others", len(exported), len(got))
	}
	h.run("", "fsck", "--data", "other").want(exitOK)
	without := h.fast("", "export").want(exitOK).stdout
	if strings.Contains(without, "hash") || strings.Count(without, "\n") != len(exported) {
		t.Errorf("without hashes: %.300s", without)
	}
	one := h.fast("", "export", signedUp(h, "ada")).want(exitOK).stdout
	if strings.Count(one, "\n") != 1 || !strings.Contains(one, `"username":"ada"`) {
		t.Errorf("one account: %s", one)
	}
	h.fast("", "export", exampleUser).want(exitRefused, "there is no account "+exampleUser)
}

// A dry run on a new machine leaves nothing.
func TestImportDryRunMakesNoData(t *testing.T) {
	h := newWorkdir(t)
	for range 2 { // the second time in an empty directory
		lines := movedAccount("ada") + movedAccount("ada") + `{"username":"bob"}` + "\n"
		got := h.fast(lines, "import", "--dry-run").want(exitRefused, "2 accounts would be imported, 0 already there, 1 refused")
		if strings.Contains(got.stderr, "secret key") {
			t.Errorf("printed %s", got.stderr)
		}
		left, err := os.ReadDir(h.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range left {
			if strings.HasPrefix(entry.Name(), "data.") {
				t.Errorf("%s was made", entry.Name())
			}
		}
		if entries, err := os.ReadDir(h.path("data")); err == nil && len(entries) > 0 {
			t.Errorf("data has %v", entries)
		}
		os.Mkdir(h.path("data"), 0o700)
	}
}
