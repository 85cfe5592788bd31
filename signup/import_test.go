package signup

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// bring returns a request that moves an account in with a hash of "pässwört 😀".
func bring(username, email string) ImportRequest {
	return ImportRequest{
		Account: MovedAccount{Username: username, Email: email, PasswordHash: theirs2b, AppList: []string{"CRM"}},
		caller:  caller{superUser: true, currentUser: "uid:1000"},
	}
}

// bringClaim imports a claim with a token of another system.
func bringClaim(username, email, token string) ImportRequest {
	r := bring(username, email)
	r.Account.State, r.Account.ConfirmTokenHashes = beforeConfirmation, []string{record.HashToken(token)}
	return r
}

// outcomeOf returns the outcome of an import.
func outcomeOf(t *testing.T, r reply) string {
	t.Helper()
	var answer ImportResponse
	if err := json.Unmarshal([]byte(r.text), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Outcome
}

// exportAll returns all accounts as export writes them, one per line.
func (w *world) exportAll(hashes bool) []string {
	w.t.Helper()
	var accounts []string
	for cursor := ""; ; {
		r := w.mustRun("export", ExportRequest{Hashes: hashes, Limit: 2, Cursor: cursor, caller: caller{superUser: true}})
		var page struct {
			Accounts []json.RawMessage
			Cursor   string
		}
		if err := json.Unmarshal([]byte(r.text), &page); err != nil {
			w.t.Fatal(err)
		}
		for _, account := range page.Accounts {
			accounts = append(accounts, string(account))
		}
		if cursor = page.Cursor; cursor == "" {
			slices.Sort(accounts)
			return accounts
		}
	}
}

func TestImportedAccountLogsIn(t *testing.T) {
	t.Parallel()
	for _, settings := range [][]string{nil, {"main.encrypt_password=False", "main.encrypt_email=False", "signup.is_approval_needed=False"}} {
		w := newWorld(t, append(settings, "apps.login_allowed=CRM", "enrol.argon2_memory=8192", "enrol.argon2_iterations=1")...)
		w.Derive = func(KDFParams, []byte, []byte) ([]byte, error) { return nil, ErrNoKDF }
		request := bring("Ada", "Ada@Example.com")
		request.Account.FirstName, request.Account.LastName = "Ada", "Lovelace"
		request.Account.SignUpTime = time.UnixMilli(1_600_000_000_123)
		r := w.mustRun("import", request)
		if outcomeOf(t, r) != importCreated || !slices.Equal(w.trail(), []string{"user.import ok " + r.UserID}) {
			t.Fatalf("%s, %v", r.text, w.trail())
		}
		w.checkFindings()
		user := w.mustRun("get", GetRequest{Username: "ADA"}).User
		if user.UserID != r.UserID || user.DisplayName != "Ada Lovelace" || user.SignUpStatus != signUpFinal || user.ApprovalStatus != record.ApprovalApproved || user.Email != "Ada@Example.com" ||
			!user.SignUpTime.Equal(time.Unix(1_600_000_000, 0)) || !user.PasswordLastSet.Equal(user.SignUpTime) || !user.SignUpConfirmTime.Equal(user.SignUpTime) {
			t.Errorf("%+v", user)
		}
		w.write(record.Put(record.UserPrefix+user.UserID, func() *record.User {
			stored := read[record.User](w, record.UserPrefix+user.UserID)
			stored.PasswordSet = w.Clock.Now()
			return stored
		}()))
		for _, login := range []VerifyRequest{login("ada", "", "pässwört 😀"), login("", "ada@example.com", "pässwört 😀")} {
			w.mustRun("verify", login)
		}
		if hash := w.exportAll(true)[0]; !strings.Contains(hash, "$argon2id$") {
			t.Errorf("the hash was not replaced: %s", hash)
		}
		if len(w.list(record.EventPrefix)) > 0 {
			t.Error("somebody is informed")
		}
	}
}

func (w *world) trail() (entries []string) {
	for _, event := range w.audit {
		entries = append(entries, strings.TrimSpace(event.Op+" "+event.Result+" "+event.TargetUser))
	}
	return entries
}

func TestImportCanBeRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, request := range []ImportRequest{bring("ada", "ada@example.com"), bring("bob", "")} {
		id := w.mustRun("import", request).UserID
		before, entries := fmt.Sprint(w.dump()), len(w.audit)
		request.Account.Username = strings.ToUpper(request.Account.Username)
		request.Account.Email = strings.ToUpper(request.Account.Email)
		r := w.mustRun("import", request)
		if outcomeOf(t, r) != importUnchanged || r.UserID != id || fmt.Sprint(w.dump()) != before || len(w.audit) != entries {
			t.Errorf("%s", r.text)
		}
		request.Account.UserID = strings.Repeat("1", 26)
		if r := w.run("import", request); r.codes() != string(UsernameExists) {
			t.Errorf("with another id: %s", r.text)
		}
	}
}

func TestImportRefusesWhatBelongsToOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account("ada", "ada@example.com")
	token := w.claim("cleo", "cleo@example.com")
	for _, test := range []struct {
		request ImportRequest
		want    Code
	}{
		{bring("ada", "other@example.com"), UsernameExists},
		{bring("Ada", ""), UsernameExists},
		{bring("bob", "ADA@example.com"), EmailExists},
		{bring("cleo", "cleo@example.com"), UsernameExists}, // who waits for a token is not an account
		{func() ImportRequest { r := bring("bob", ""); r.Account.UserID = id; return r }(), UserIDInvalid},
		{bringClaim("bob", "bob@example.com", token), NoSuchSignupToken},
	} {
		before := fmt.Sprint(w.dump())
		w.audit = nil
		if r := w.run("import", test.request); r.codes() != string(test.want) || fmt.Sprint(w.dump()) != before || !slices.Equal(w.trail(), []string{"user.import error"}) {
			t.Errorf("%+v: %s, %v", test.request.Account, r.text, w.trail())
		}
	}
	w.pass(25 * 60 * minute)
	if r := w.run("import", bring("cleo", "cleo@example.com")); !r.OK() {
		t.Errorf("the name of an expired claim: %s", r.text)
	}
	w.checkFindings()
}

// A claim that is moved in without its token gets one that nobody has, and its
// owner asks for another.
func TestImportedClaimIsConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := bring("ada", "ada@example.com")
	request.Account.State = beforeConfirmation
	request.Account.ConfirmTokenHashes = []string{record.HashToken("the token of another system")}
	w.mustRun("import", request)
	w.checkFindings()
	if r := w.confirm("the token of another system"); !r.OK() {
		t.Errorf("the token: %s", r.text)
	}
	request = bring("bob", "bob@example.com")
	request.Account.State = beforeConfirmation
	w.mustRun("import", request)
	w.pass(25 * 60 * minute)
	w.mustRun("import", request) // it expired
	w.checkFindings()
	w.pass(10 * minute)
	w.mustRun("resend", ResendRequest{Username: "bob", Email: "bob@example.com"})
	w.checkFindings()
	if len(w.list(record.EventPrefix)) == 0 {
		t.Error("no message has a token")
	}
}

// A claim that is named by its address has no name to be found by, but its token.
func TestImportOfAClaimCanBeRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.username_may_be_email=True")
	for _, username := range []string{"ada", "bob@example.com"} {
		request := bringClaim(username, username+"@example.com", "the token of "+username)
		if username != "ada" {
			request.Account.Email = username
		}
		if got := outcomeOf(t, w.run("import", request)); got != importCreated {
			t.Errorf("%s: %s", username, got)
		}
		before := fmt.Sprint(w.dump())
		if got := outcomeOf(t, w.run("import", request)); got != importUnchanged || fmt.Sprint(w.dump()) != before {
			t.Errorf("%s again: %s", username, got)
		}
		w.checkFindings()
	}
}

func TestImportRefusesBadAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	valid := `"username":"ada","password_hash":"` + theirs2b + `"`
	hash := `"` + record.HashToken("x") + `"`
	for account, want := range map[string]string{
		`{"username":"ada"}`:                                                                               "E008003 account.password_hash",
		`{"username":"ada","password_hash":"hunter2"}`:                                                     "E008002 account.password_hash",
		`{` + valid + `,"pasword":"x"}`:                                                                    "E008002 account.pasword",
		`{` + valid + `,"user_id":"zusr1"}`:                                                                "E008002 account.user_id",
		`{` + valid + `,"state":"active"}`:                                                                 "E008002 account.state",
		`{` + valid + `,"approval_status":"rejected"}`:                                                     "E008002 account.approval_status",
		`{` + valid + `,"sign_up_time":"yesterday"}`:                                                       "E008002 account.sign_up_time",
		`{` + valid + `,"sign_up_time":"1066-10-14T09:00:00Z"}`:                                            "E008002 account.sign_up_time",
		`{` + valid + `,"sign_up_time":"2100-01-01T00:00:00Z"}`:                                            "E008002 account.sign_up_time",
		`{` + valid + `,"expires":"2030-01-01T00:00:00Z"}`:                                                 "E008002 account.expires",
		`{` + valid + `,"confirm_token_hashes":["x"]}`:                                                     "E008002 account.confirm_token_hashes",
		`{` + valid + `,"state":"before_confirmation","confirm_token_hashes":[` + hash + `,` + hash + `]}`: "E008002 account.confirm_token_hashes",
		`{` + valid + `,"locked_time":"2020-01-01T00:00:00Z"}`:                                             "E008002 account.locked_time",
		`{` + valid + `,"approval_status_mod_by":"ada"}`:                                                   "E008002 account.approval_status_mod_by",
		`{` + valid + `,"is_locked":"yes"}`:                                                                "E008002 account.is_locked",
		`{` + valid + `,"attrs":{"a":1}}`:                                                                  "E008002 account.attrs.a",
		`{` + valid + `,"email":"nobody"}`:                                                                 "E002001 ",
		`{` + valid + `,"app_list":["CRM","CRM"]}`:                                                         "E004001 ",
		`{` + valid + `,"app_list":["Nothing"]}`:                                                           "E004001 ",
		`{` + valid + `,"current_app":"Nothing"}`:                                                          "E004001 ",
		`{"username":"a da","password_hash":"` + theirs2b + `"}`:                                           "E001001 ",
		`{"username":"","password_hash":"` + theirs2b + `"}`:                                               "E001001 ",
		`{"username":"ada@example.com","password_hash":"` + theirs2b + `"}`:                                "E001001 ",
		`{` + valid + `,"state":"before_confirmation","expires":"2020-01-01T00:00:00Z"}`:                   "E008002 account.expires",
		`{` + valid + `,"state":"before_confirmation","approval_status":"approved"}`:                       "E008002 account.approval_status",
		`{` + valid + `,"is_approval_needed":false,"approval_status":"before_decision"}`:                   "E008002 account.approval_status",
		`{` + valid + `,"state":"before_confirmation","sign_up_confirm_time":"2020-01-01T00:00:00Z"}`:      "E008002 account.sign_up_confirm_time",
	} {
		r := w.run("import", `{"super_user":true,"account":`+account+`}`)
		if got := r.codes() + " " + r.Field; got != want || strings.Contains(r.text, "hunter2") {
			t.Errorf("%s: %s, want %s", account, r.text, want)
		}
	}
	if r := w.run("import", `{"super_user":true}`); r.codes() != string(MissingInput) || r.Field != "account" {
		t.Errorf("without an account: %s", r.text)
	}
	if len(w.list(record.UserPrefix)) > 0 {
		t.Error("an account was written")
	}
}

func TestImportAndExportAreForSuperUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := bring("ada", "")
	request.caller = caller{}
	for operation, request := range map[string]any{"import": request, "export": ExportRequest{}} {
		if r := w.run(operation, request); r.codes() != string(SuperUserRequired) {
			t.Errorf("%s: %s", operation, r.text)
		}
	}
}

func TestDryImportWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("bob", "bob@example.com")
	before, entries := fmt.Sprint(w.dump()), len(w.audit)
	for username, want := range map[string]string{"ada": "", "bob": string(UsernameExists), "a b": string(UsernameInvalid)} {
		request := bring(username, "")
		request.DryRun = true
		if r := w.run("import", request); r.codes() != want {
			t.Errorf("%s: %s", username, r.text)
		}
	}
	if fmt.Sprint(w.dump()) != before || len(w.audit) != entries {
		t.Error("something was written")
	}
}

// Whatever happens to its commits, an import makes one account or says why not.
func TestImportSurvivesUnknownOutcomes(t *testing.T) {
	t.Parallel()
	lost := func(apply func() (bool, error)) (bool, error) {
		apply()
		return false, kv.ErrUnknown
	}
	for name, list := range map[string][]commitResult{
		"lost answer": {lost, applied}, "conflicts": {conflict, conflict, applied}, "conflict, lost": {conflict, lost, applied},
	} {
		w := newWorld(t)
		w.outcomes(list...)
		r := w.run("import", bring("ada", "ada@example.com"))
		if !r.OK() || outcomeOf(t, r) != importCreated || len(w.list(record.UserPrefix)) != 1 {
			t.Errorf("%s: %s", name, r.text)
		}
		w.checkFindings()
	}
	w := newWorld(t)
	w.commit = func(int, func() (bool, error)) (bool, error) { return false, errors.New("the disk is full") }
	if r := w.run("import", bring("ada", "")); r.Fault == "" {
		t.Errorf("a failed commit: %s", r.text)
	}
}

// Only the first kinds of hashes that come in are remembered: otherwise a set of
// accounts with many kinds would rewrite the list with each.
func TestImportOfManyKindsOfHashes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 2 * record.MaxHashes {
		request := bring(fmt.Sprint("ada", n), "")
		request.Account.PasswordHash = Secret(strings.Replace(theirs256, "$1000$", fmt.Sprintf("$%d$", 1000+n), 1))
		w.mustRun("import", request)
	}
	if kinds := read[record.Keys](w, record.KeysKey).Hashes; len(kinds) != record.MaxHashes || kinds[0] != w.engine.decoys.hash {
		t.Errorf("the store remembers %v", kinds)
	}
	w.checkFindings()
}
