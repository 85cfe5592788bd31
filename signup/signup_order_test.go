package signup

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// The order of the effects of a signup is part of its contract.
func TestEffectsOfASignupComeInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=zato.sso.signup.validate, first, second")
	w.mustRun("signup", ask("ada", "ada@example.com"))
	if got, want := w.kinds(), "now entropy audit get call call kdf get audit commit"; got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	index := keyring.All(w.engine.keys)[0].BlindIndex("ada@example.com")
	user := w.list(record.UserPrefix)[0].Key
	for n, want := range map[int][]string{
		3: {"meta/format", "meta/keys"},
		7: {"name/ada", "mail/k1/" + index, user},
	} {
		if got := w.Effects()[n].Keys; !slices.Equal(got, want) {
			t.Errorf("effect %d is about %q, want %q", n, got, want)
		}
	}
	if first, second := w.Effects()[4].Call.Service, w.Effects()[5].Call.Service; first != "first" || second != "second" {
		t.Errorf("the services are called in the order %s, %s", first, second)
	}
}

func TestCommitChecksEverythingThatWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun("signup", ask("ada", "ada@example.com"))
	var readKeys, checkedKeys []string
	for _, e := range w.Effects() {
		if e.Kind == "get" {
			readKeys = append(readKeys, e.Keys...)
		}
		for _, check := range e.Batch.Checks {
			checkedKeys = append(checkedKeys, check.Key)
		}
	}
	if !slices.Equal(readKeys, checkedKeys) {
		t.Errorf("read    %q\nchecked %q", readKeys, checkedKeys)
	}
}

func TestLocalRefusalTouchesNoStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=first")
	request := ask("ada", "ada@example.com")
	request.Username = "root"
	if r := w.run("signup", request); r.codes() != "E005001" {
		t.Errorf("got %s", r.text)
	}
	if got, want := w.kinds(), "now entropy audit audit"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOwnersAreFoundUnderEveryActiveKey(t *testing.T) {
	t.Parallel()
	w := twoKeyWorld(t)
	w.mustRun("signup", ask("ada", "ada@example.com"))
	got := w.Effects()[len(w.Effects())-3].Keys
	if len(got) != 4 || !strings.HasPrefix(got[1], "mail/k2/") || !strings.HasPrefix(got[2], "mail/k1/") {
		t.Errorf("it reads %q", got)
	}
	// An owner under the older key is found too.
	index := keyring.Find(w.engine.keys, "k1").BlindIndex("bob@example.com")
	w.write(record.Put("mail/k1/"+index, &record.Reference{V: record.Version, ID: record.NewID(nil)}))
	w.mustRun("signup", ask("bob", "bob@example.com"))
	if got := joinCodes(w.audit[len(w.audit)-1].Extra.SubStatus); got != "E002002" {
		t.Errorf("the true code is %q", got)
	}
}

// twoKeyWorld returns a world in the middle of a rotation: k2 writes, k1 is
// still in use.
func twoKeyWorld(t testing.TB) *world {
	t.Helper()
	keys := testKeys(t, "k2", "k1")
	w := bareWorld(t, New(configured(t), keys))
	w.mustRun("open", `{}`)
	w.write(record.Put(record.KeysKey, &record.Keys{V: record.Version, Keys: []keyring.Entry{
		{ID: "k2", Check: keyring.Find(keys, "k2").Check()},
		{ID: "k1", Check: keyring.Find(keys, "k1").Check()},
	}}))
	return w
}

func TestSignupIsAuditedTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := ask("ada", "ada@example.com")
	request.CID = "my-correlation_1"
	request.RemoteAddr = []string{"192.0.2.7, 2001:DB8:0::1", "198.51.100.1"}
	w.mustRun("signup", request)
	user := strings.TrimPrefix(w.list(record.UserPrefix)[0].Key, record.UserPrefix)
	extra := AuditExtra{CurrentApp: "CRM", RemoteAddr: "192.0.2.7;2001:db8::1;198.51.100.1"}
	checkAudit(t, w.audit, []AuditEvent{
		{CID: "my-correlation_1", Op: "user.signup", Extra: extra},
		{CID: "my-correlation_1", Op: "user.create_user", Result: "ok", TargetUser: user, Extra: extra},
	})
}

func TestRefusedSignupIsAuditedWithTheTrueCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "apps.default=HR")
	r := w.run("signup", `{"cid":"c","ctx":{"username":"root","password":"1","email":"@","app_list":["CRM"]}}`)
	if got := r.codes(); got != "E003002 E005001" {
		t.Errorf("told %s", got)
	}
	checkAudit(t, w.audit, []AuditEvent{
		{CID: "c", Op: "user.signup", Extra: AuditExtra{CurrentApp: "HR"}},
		{CID: "c", Op: "user.signup", Result: "error", Extra: AuditExtra{CurrentApp: "HR", SubStatus: []Code{UsernameInvalid, EmailInvalid, PasswordTooShort}}},
	})
}

func TestTakenNameIsAuditedWithTheTrueCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "ada@example.com")
	w.audit = nil
	w.claim("Ada", "ADA@example.com")
	if len(w.audit) != 2 {
		t.Fatalf("%d audit entries", len(w.audit))
	}
	if e := w.audit[1]; e.Op != "user.signup" || e.Result != "error" || e.TargetUser != "" || joinCodes(e.Extra.SubStatus) != "E001002 E002002" {
		t.Errorf("the decision is audited as %+v", e)
	}
}

func checkAudit(t *testing.T, got, want []AuditEvent) {
	t.Helper()
	if a, b := inJSON(got), inJSON(want); a != b {
		t.Errorf("got  %s\nwant %s", a, b)
	}
}

func TestCorrelationIDIsRandomIfNoneIsGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.mustRun("signup", ask("ada", "ada@example.com"))
	if len(r.CID) != 24 || strings.Trim(r.CID, "0123456789abcdef") != "" || w.audit[0].CID != r.CID {
		t.Errorf("the cid is %q, in the audit trail %q", r.CID, w.audit[0].CID)
	}
}
