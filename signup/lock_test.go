package signup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// locking returns the request of a super-user to lock or unlock.
func locking(id string) LockRequest {
	return LockRequest{UserID: id, caller: caller{superUser: true, currentUser: "00000000000000000000000001"}, CurrentApp: "CRM"}
}

func mustChange(id string, must bool) LockRequest {
	r := locking(id)
	r.PasswordMustChange = &must
	return r
}

func TestLockedAccountDoesNotLogIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "login.inform_if_locked=True")
	id := w.live("approved")
	w.drain()
	w.audit = nil
	w.mustRun("lock", locking(id))
	locked := w.Clock.Now()
	w.pass(minute)
	w.mustRun("lock", locking(id)) // repeating is not an error, and keeps the time
	if r := w.run("verify", login("ada", "", goodPassword)); r.codes() != string(Locked) {
		t.Errorf("verify answers %s", r.text)
	}
	if r := w.run("verify", login("ada", "", "wrong")); r.codes() != string(NotAllowed) {
		t.Errorf("verify of a wrong password answers %s", r.text)
	}
	if user := w.mustRun("get", `{"username":"ada"}`).User; !user.IsLocked || !user.LockedTime.Equal(time.UnixMilli(locked/1000*1000)) || user.PasswordMustChange {
		t.Errorf("the account is %+v", user)
	}
	for range 2 { // the second time does nothing
		w.mustRun("unlock", locking(id))
	}
	w.mustRun("verify", login("ada", "", goodPassword))
	if r := w.mustRun("get", `{"username":"ada"}`); strings.Contains(r.text, "lock") {
		t.Errorf("the account is %s", r.text)
	}
	var ops []string
	for _, event := range w.audit {
		if event.TargetUser != id && event.Op != auditVerify || event.Op != auditVerify && event.CurrentUser != locking(id).currentUser {
			t.Errorf("audited %+v", event)
		}
		ops = append(ops, event.Op+" "+event.Result)
	}
	const want = "user.lock ,user.lock ok,user.lock ,user.lock ok,user.verify error,user.verify error," +
		"user.unlock ,user.unlock ok,user.unlock ,user.unlock ok,user.verify ok"
	if got := strings.Join(ops, ","); got != want {
		t.Errorf("the trail is %s", got)
	}
	if n := len(w.list(record.EventPrefix)); n != 0 {
		t.Errorf("%d messages are to be sent about it", n)
	}
	w.checkInvariants()
}

func TestLockIsForSuperUsers(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"lock", "unlock"} {
		w := newWorld(t)
		id := w.live("approved")
		before := w.content()
		w.audit = nil
		if r := w.run(operation, LockRequest{UserID: id}); r.codes() != string(SuperUserRequired) {
			t.Errorf("%s: %s", operation, r.text)
		}
		if last := w.audit[len(w.audit)-1]; last.Op != "user."+operation || joinCodes(last.Extra.SubStatus) != string(SuperUserRequired) {
			t.Errorf("%s is audited as %+v", operation, last)
		}
		for _, nobody := range []string{"nonsense", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", decoyID} {
			if r := w.run(operation, locking(nobody)); r.codes() != string(UserIDInvalid) {
				t.Errorf("%s of %s: %s", operation, nobody, r.text)
			}
		}
		if r := w.run(operation, `{"super_user":true}`); r.codes() != string(MissingInput) || r.Field != "user_id" {
			t.Errorf("%s of an unknown account: %s", operation, r.text)
		}
		if after := w.content(); len(after) != len(before) || after[record.UserPrefix+id] != before[record.UserPrefix+id] {
			t.Errorf("%s wrote something", operation)
		}
	}
}

func TestOnlyUnlockTakesPasswordMustChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "password.inform_if_must_be_changed=True", "login.inform_if_locked=True")
	id := w.live("approved")
	if r := w.run("lock", mustChange(id, true)); r.codes() != string(InvalidInput) || r.Field != "password_must_change" {
		t.Errorf("lock answers %s", r.text)
	}
	w.mustRun("lock", locking(id))
	for _, step := range []struct {
		request LockRequest
		want    string
	}{
		{mustChange(id, true), string(PasswordMustChange)},
		{locking(id), string(PasswordMustChange)}, // says nothing about it
		{mustChange(id, true), string(PasswordMustChange)},
		{mustChange(id, false), ""},
		{locking(id), ""},
	} {
		w.mustRun("unlock", step.request)
		if r := w.run("verify", login("ada", "", goodPassword)); r.codes() != step.want {
			t.Errorf("verify answers %s, want %q", r.text, step.want)
		}
		if user := w.mustRun("get", `{"username":"ada"}`).User; user.PasswordMustChange != (step.want != "") {
			t.Errorf("the account is %+v", user)
		}
		w.checkInvariants()
	}
}

// The decision of a super-user about an account survives everything else:
// confirmation, approval, another token, new keys, purging.
func TestLockOutlivesOtherChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "apps.login_allowed=CRM")
	token := w.claim("Ada", "Ada@example.com")
	id := w.mustRun("get", `{"username":"ada"}`).User.UserID
	w.mustRun("unlock", mustChange(id, true))
	w.mustRun("lock", locking(id))
	locked := w.Clock.Now()
	check := func(after string) {
		t.Helper()
		user := read[record.User](w, record.UserPrefix+id)
		if user == nil || user.Locked != locked || !user.PasswordMustChange {
			t.Errorf("after %s the account is %+v", after, user)
		}
		w.checkInvariants()
	}
	check("lock")
	w.pass(minute)
	w.mustRun("resend", ResendRequest{Username: "ada", Email: "ada@example.com"})
	check("resend")
	if r := w.confirm(token); !r.OK() {
		t.Fatal(r.text)
	}
	check("confirm")
	w.mustRun("approve", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
	check("approve")
	w.drain()
	w.pass(2 * dayMS)
	w.mustRun("purge", PurgeRequest{})
	check("purge")
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	for range 3 {
		w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
	}
	w.engine = New(w.engine.config, testKeys(t, "k2"))
	check("rekey")
}

func TestLockedAccountCanBeRejected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.live("confirmed")
	w.mustRun("lock", locking(id))
	w.mustRun("reject", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
	if r := w.run("unlock", locking(id)); r.codes() != string(UserIDInvalid) {
		t.Errorf("unlock answers %s", r.text)
	}
	again := w.account("ada", "ada@example.com")
	if user := w.mustRun("get", GetRequest{UserID: again}).User; user.IsLocked {
		t.Error("the new account is locked")
	}
	w.checkInvariants()
}

// Neither a void claim of another name nor an expired claim can be locked.
func TestOnlyAccountsCanBeLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("taken", "taken@example.com")
	w.claim("void", "taken@example.com")
	w.claim("ada", "ada@example.com")
	ids := map[string]string{}
	for _, e := range w.list(record.UserPrefix) {
		user := recordOf[record.User](t, e)
		ids[user.Name] = user.ID
	}
	w.pass(24 * 60 * minute)
	for _, name := range []string{"void", "ada"} {
		if r := w.run("lock", locking(ids[name])); r.codes() != string(UserIDInvalid) {
			t.Errorf("%s: %s", name, r.text)
		}
	}
	w.checkInvariants()
}

// Whatever a concurrent operation does between two effects, the account ends up
// locked or deleted.
func TestLockOvertakenByOthers(t *testing.T) {
	t.Parallel()
	for n := range 7 {
		for _, operation := range []string{"confirm", "reject", "unlock", "lock"} {
			w := newWorld(t)
			token := w.claim("ada", "ada@example.com")
			id := w.mustRun("get", `{"username":"ada"}`).User.UserID
			if operation == "reject" {
				w.confirm(token)
			}
			other := w.fork(1)
			w.before = func(at int, _ effect) error {
				if at != n {
					return nil
				}
				switch operation {
				case "confirm":
					other.confirm(token)
				case "reject":
					other.mustRun("reject", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
				default:
					other.mustRun(operation, mustChangeIf(operation, id))
				}
				return nil
			}
			r := w.run("lock", locking(id))
			w.before = nil
			user := read[record.User](w, record.UserPrefix+id)
			if gone := user == nil; gone != (r.codes() == string(UserIDInvalid)) && n < len(w.Effects()) {
				t.Errorf("%s before effect %d: %s", operation, n, r.text)
			}
			if user != nil && (user.Locked == 0 || !r.OK() || operation == "unlock" && n < len(w.Effects()) && !user.PasswordMustChange) {
				t.Errorf("%s before effect %d: %s leaves %+v", operation, n, r.text, user)
			}
			w.checkInvariants()
		}
	}
}

// mustChangeIf returns a request of unlock that changes something.
func mustChangeIf(operation, id string) LockRequest {
	if operation == "unlock" {
		return mustChange(id, true)
	}
	return locking(id)
}

func TestCheckerKnowsLocks(t *testing.T) {
	t.Parallel()
	w, ids := populated(t)
	good := w.content()
	var void string
	for _, e := range w.list(record.UserPrefix) {
		if recordOf[record.User](t, e).State == record.StateVoid {
			void = e.Key
		}
	}
	for _, test := range []struct {
		key, member string
		value       any
		want        bool
	}{
		{void, "locked", startTime, false}, // as a claim that waits
		{void, "locked", -1, true},
		{record.UserPrefix + ids["ready"], "locked", startTime, false},
		{record.UserPrefix + ids["waits"], "locked", startTime, false},
		{record.UserPrefix + ids["waits"], "password_must_change", true, false},
		{record.UserPrefix + ids["ready"], "locked", -1, true},
		{record.UserPrefix + ids["ready"], "locked", record.MaxTime + 1, true},
	} {
		damaged := content{}
		for key, data := range good {
			damaged[key] = data
		}
		damaged.set(t, test.key, test.member, test.value)
		if found := findings(w.engine.keys, damaged.entries()); (len(found) > 0) != test.want {
			t.Errorf("%s of %s is %v: %v", test.member, test.key, test.value, found)
		}
	}
}

// Every decision about an account rewrites its name, so that concurrent changes
// of the account conflict.
func TestLocksRewriteTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account("ada", "ada@example.com")
	for _, operation := range []string{"lock", "unlock"} {
		w.mustRun(operation, LockRequest{UserID: id, caller: caller{superUser: true}})
		i := slices.IndexFunc(w.Effects(), func(e effect) bool { return e.Kind == "commit" })
		var keys []string
		for _, put := range w.Effects()[i].Batch.Puts {
			keys = append(keys, put.Key)
		}
		if !slices.Contains(keys, "name/ada") {
			t.Errorf("%s writes %q", operation, keys)
		}
	}
}
