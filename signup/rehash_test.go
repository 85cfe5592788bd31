package signup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

// aged returns a world with an account whose hash was made with other settings
// than today's.
func aged(t *testing.T, settings ...string) (w *world, id string) {
	t.Helper()
	settings = append(settings, "apps.login_allowed=CRM")
	w = newWorld(t, settings...)
	id = w.live("approved")
	w.reconfigured(append(settings, "enrol.argon2_iterations=2")...)
	return w, id
}

// kindOf returns the kind of hash of an account, as "algorithm iterations".
func (w *world) kindOf(id string) string {
	w.t.Helper()
	hash, err := (&run{Engine: w.engine}).hashOf(read[record.User](w, record.UserPrefix+id))
	if err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprint(hash.Params.Algorithm, " ", hash.Params.Iterations)
}

// The first login after a change of settings replaces the hash, and nothing
// else. The next one does no more than usual.
func TestLoginReplacesAnOlderHash(t *testing.T) {
	t.Parallel()
	for _, settings := range [][]string{{}, {"main.encrypt_password=False"}} {
		w, id := aged(t, settings...)
		before := *read[record.User](w, record.UserPrefix+id)
		w.audit = nil
		w.mustRun("verify", login("ada", "", goodPassword))
		if got := w.kinds(); got != "now entropy get get kdf get kdf commit audit" || len(w.audit) != 1 {
			t.Errorf("the effects are %s, %d of them in the audit trail", got, len(w.audit))
		}
		after := *read[record.User](w, record.UserPrefix+id)
		if after.Password == before.Password && after.PasswordSealed == before.PasswordSealed {
			t.Error("the hash stays")
		}
		after.Password, after.PasswordSealed = before.Password, before.PasswordSealed
		if fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("the account was %+v and is %+v", before, after)
		}
		if got := w.kindOf(id); got != "argon2id 2" {
			t.Errorf("the account has %s", got)
		}
		if got := w.hashes(); !slices.Equal(got, []string{"argon2id 1", "argon2id 2"}) {
			t.Errorf("in use: %q", got)
		}
		w.mustRun("verify", login("", "ada@example.com", goodPassword))
		if got := w.kinds(); got != "now entropy get get kdf get audit" {
			t.Errorf("the effects of the next login are %s", got)
		}
		if r := w.run("verify", login("ada", "", "wrong")); r.codes() != "E005001" {
			t.Errorf("a wrong password: %s", r.text)
		}
		w.checkInvariants()
	}
}

// Only a login replaces a hash: what is answered with a refusal takes one hash,
// whether the password is right or not.
func TestRefusedLoginKeepsTheHash(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		password string
		prepare  func(w *world, id string)
	}{
		"a wrong password": {"wrong", func(*world, string) {}},
		"a locked account": {goodPassword, func(w *world, id string) {
			w.mustRun("lock", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
		}},
		"an expired password": {goodPassword, func(w *world, _ string) { w.pass(1000 * dayMS) }},
		"a guess that waits": {goodPassword, func(w *world, _ string) {
			for range 20 {
				w.run("verify", login("ada", "", "wrong"))
			}
		}},
	} {
		w, id := aged(t)
		test.prepare(w, id)
		before := *read[record.User](w, record.UserPrefix+id)
		if r := w.run("verify", login("ada", "", test.password)); r.OK() || strings.Count(w.kinds(), "kdf") != 1 {
			t.Errorf("%s: %s after %s", what, r.text, w.kinds())
		}
		if after := *read[record.User](w, record.UserPrefix+id); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%s: the account was %+v and is %+v", what, before, after)
		}
	}
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	w.reconfigured("enrol.argon2_iterations=2")
	if w.run("verify", login("ada", "", goodPassword)); strings.Count(w.kinds(), "kdf") != 1 {
		t.Errorf("a claim: %s", w.kinds())
	}
}

// Whatever fails while a hash is replaced, the login succeeds, and the next one
// tries again.
func TestLoginSucceedsIfItsHashIsNotReplaced(t *testing.T) {
	t.Parallel()
	hashes := 0
	for what, fail := range map[string]func(w *world){
		"the hash": func(w *world) {
			w.Derive = func(params KDFParams, password, salt []byte) ([]byte, error) {
				if hashes++; hashes > 1 {
					return nil, errOutside
				}
				return signuptest.QuickKey(params, password, salt)
			}
		},
		"a busy host": func(w *world) {
			w.Derive = func(params KDFParams, password, salt []byte) ([]byte, error) {
				if hashes++; hashes > 1 {
					return nil, &BusyError{RetryAfter: 1}
				}
				return signuptest.QuickKey(params, password, salt)
			}
		},
		"the commit":       func(w *world) { w.commit = func(int, func() (bool, error)) (bool, error) { return false, errOutside } },
		"an overtaken one": func(w *world) { w.commit = func(int, func() (bool, error)) (bool, error) { return false, nil } },
		"one that is unsure": func(w *world) {
			w.commit = func(int, func() (bool, error)) (bool, error) { return false, kv.ErrUnknown }
		},
	} {
		w, id := aged(t)
		hashes = 0
		fail(w)
		if r := w.run("verify", login("ada", "", goodPassword)); !r.OK() || !strings.Contains(w.kinds(), "kdf get kdf") {
			t.Errorf("%s fails: %s after %s", what, r.text, w.kinds())
		}
		if got := w.kindOf(id); got != "argon2id 1" {
			t.Errorf("%s fails: the account has %s", what, got)
		}
		w.Derive, w.commit = nil, nil
		w.mustRun("verify", login("ada", "", goodPassword))
		if got := w.kindOf(id); got != "argon2id 2" {
			t.Errorf("after %s failed, the next login leaves %s", what, got)
		}
	}
}

// A login overwrites no change that comes between its read and its commit.
func TestReplacedHashOverwritesNoConcurrentChange(t *testing.T) {
	t.Parallel()
	w, id := aged(t)
	other := w.fork(1)
	w.before = func(_ int, e effect) error {
		if e.Kind == "commit" {
			other.mustRun("lock", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
		}
		return nil
	}
	w.mustRun("verify", login("ada", "", goodPassword))
	if user := read[record.User](w, record.UserPrefix+id); user.Locked == 0 || w.kindOf(id) != "argon2id 1" {
		t.Errorf("the account is %+v", user)
	}
}

// An imported hash is replaced at the login of its owner. Its kind is in use from
// then on, because other accounts may have been imported, too.
func TestLoginReplacesAnImportedHash(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{theirs256, theirs512, theirsS, theirs2id, theirs2i, theirs2b} {
		w := moved(t, hash)
		id := recordOf[record.User](t, w.list(record.UserPrefix)[0]).ID
		w.mustRun("verify", login("ada", "", "pässwört 😀"))
		if got := w.kindOf(id); got != "argon2id 1" {
			t.Errorf("%s becomes %s", hash, got)
		}
		parsed, err := phc.Parse(hash)
		if err != nil {
			t.Fatal(err)
		}
		if kinds := read[record.Keys](w, record.KeysKey).Hashes; len(kinds) != 2 || kinds[1] != parsed.Kind() {
			t.Errorf("%s: in use are %+v", hash, kinds)
		}
		w.mustRun("verify", login("ada", "", "pässwört 😀"))
		w.checkInvariants()
		seen := 0
		w.Derive = func(params KDFParams, _, _ []byte) ([]byte, error) {
			if params == parsed.Params {
				seen++
			}
			return make([]byte, params.Length), nil
		}
		for n := range 40 {
			w.run("verify", login(fmt.Sprint("nobody", n), "", strings.Repeat("long ", 20)))
		}
		if seen < 8 || seen > 32 {
			t.Errorf("%s: %d of 40 unknown names have its kind", hash, seen)
		}
	}
}
