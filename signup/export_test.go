package signup

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// A store with accounts in each state, read back by another installation, exports
// the same.
func TestExportIsReadBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.username_may_be_email=True")
	w.accounts()
	w.claim("zoe", "zoe@example.com")
	w.pass(10 * minute)
	w.mustRun("resend", ResendRequest{Username: "zoe", Email: "zoe@example.com"})
	w.account("me@example.com", "me@example.com")
	w.claim("zoe", "elsewhere@example.com") // void
	exported := w.exportAll(true)
	if len(exported) < 8 {
		t.Fatalf("%d accounts", len(exported))
	}
	for _, settings := range [][]string{nil, {"main.encrypt_password=False", "main.encrypt_email=False", "signup.is_approval_needed=False", "enrol.buckets=16"}} {
		other := newWorld(t, append(settings, "enrol.username_may_be_email=True")...)
		other.Clock.Set(w.Clock.Now())
		for range 2 {
			for _, account := range exported {
				other.mustRun("import", `{"super_user":true,"account":`+account+`}`)
			}
		}
		if got := other.exportAll(true); !slices.Equal(got, exported) {
			t.Errorf("%v becomes\n%v", exported, got)
		}
		other.checkFindings()
	}
}

func TestExportWithoutHashes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "ada@example.com")
	w.claim("bob", "bob@example.com")
	for _, account := range w.exportAll(false) {
		if strings.Contains(account, "hash") {
			t.Errorf("%s", account)
		}
	}
	for _, account := range w.exportAll(true) {
		if !strings.Contains(account, `"password_hash":"$argon2id$`) {
			t.Errorf("%s", account)
		}
	}
}

func TestExportOfOneAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account("ada", "ada@example.com")
	w.account("bob", "bob@example.com")
	w.claim("ada", "void@example.com")
	w.audit = nil
	r := w.mustRun("export", ExportRequest{UserID: id, caller: caller{superUser: true}})
	if strings.Count(r.text, `"username"`) != 1 || !strings.Contains(r.text, `"username":"ada"`) || r.Cursor != "" {
		t.Errorf("%s", r.text)
	}
	if !slices.Equal(w.trail(), []string{"user.export ok " + id}) {
		t.Errorf("the trail has %v", w.trail())
	}
	for _, id := range []string{"nobody", strings.Repeat("1", 26)} {
		if r := w.run("export", ExportRequest{UserID: id, caller: caller{superUser: true}}); r.codes() != string(UserIDInvalid) {
			t.Errorf("%s: %s", id, r.text)
		}
	}
	for _, entry := range w.list(record.UserPrefix) {
		user := recordOf[record.User](t, entry)
		if user.State != record.StateVoid {
			continue
		}
		if r := w.run("export", ExportRequest{UserID: user.ID, caller: caller{superUser: true}}); r.codes() != string(UserIDInvalid) {
			t.Errorf("a void claim: %s", r.text)
		}
	}
}
