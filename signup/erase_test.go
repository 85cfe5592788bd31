package signup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// erasing returns the request of a super-user to erase.
func erasing(id string) EraseRequest {
	return EraseRequest{UserID: id, RemoteAddr: []string{"192.0.2.77"}, caller: caller{superUser: true, currentUser: "00000000000000000000000001"}}
}

// mentions returns what the store still has of an account, besides the events that
// tell of its erasure.
func (w *world) mentions(id string) (keys []string) {
	for _, entry := range w.dump() {
		if strings.HasPrefix(entry.Key, record.OutboxPrefix) {
			continue
		}
		if strings.HasPrefix(entry.Key, record.EventPrefix) && w.isDeletion(entry) {
			continue
		}
		if strings.Contains(entry.Key, id) || strings.Contains(entry.Data, id) {
			keys = append(keys, entry.Key)
		}
	}
	return keys
}

func (w *world) isDeletion(entry kv.Entry) bool {
	r := &run{Engine: w.engine}
	text, err := r.eventText(recordOf[record.Event](w.t, entry))
	return err == nil && text == record.Deletion
}

// deletions returns the accounts that callback services were told are erased,
// with the service.
func (w *world) deletions() (told []string) {
	for _, call := range w.calls {
		var data map[string]any
		if kind, _ := readBody(w.t, call, &data); kind == typeDeleted {
			if len(data) != 1 {
				w.t.Errorf("a service is told %v", data)
			}
			told = append(told, fmt.Sprint(call.Service, " ", data["user_id"]))
		}
	}
	return told
}

// waitsOf returns the number of undelivered events of an account.
func (w *world) waitsOf(id string) (n int) {
	for _, list := range []string{record.EventPrefix, record.DeadPrefix} {
		for _, entry := range w.list(list) {
			if strings.Contains(entry.Data, id) && !w.isDeletion(entry) {
				n++
			}
		}
	}
	return n
}

func TestEraseRemovesAllOfAnAccount(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"confirmed", "approved"} {
		w := newWorld(t)
		id := w.live(point)
		other := w.account("eve", "eve@example.com")
		w.run("verify", login("ada", "", "wrong"))
		events := w.waitsOf(other)
		if w.waitsOf(id) == 0 || events == 0 {
			t.Fatal("nothing waits")
		}
		w.audit = nil
		w.mustRun("erase", erasing(id))
		if left := w.mentions(id); len(left) > 0 {
			t.Errorf("%s: the store still has %v", point, left)
		}
		if n := w.waitsOf(other); n != events {
			t.Errorf("%d events of another account remain of %d", n, events)
		}
		w.checkInvariants()
		last := w.audit[len(w.audit)-1]
		if last.Op != auditErase || last.Result != resultOK || last.TargetUser != id || last.CurrentUser != erasing(id).currentUser || last.Extra.RemoteAddr != "" {
			t.Errorf("what remains in the trail is %+v", last)
		}
		for range 2 {
			if r := w.run("erase", erasing(id)); r.codes() != string(UserIDInvalid) {
				t.Errorf("erased again: %s", r.text)
			}
		}
		if r := w.run("verify", login("ada", "", goodPassword)); r.codes() != string(NotAllowed) {
			t.Errorf("its owner logs in: %s", r.text)
		}
		w.calls = nil
		w.drainNow()
		if told := w.deletions(); len(told) != len(w.engine.config.Signup.CallbackServiceList) || !strings.HasSuffix(told[0], " "+id) {
			t.Errorf("told %v", told)
		}
		if text := fmt.Sprint(w.calls); strings.Contains(text, "Ada") {
			t.Errorf("a service is told %s", text)
		}
		again := w.account("ADA", "ada@example.com") // name and address are free
		if again == id {
			t.Error("the new account is the old one")
		}
		w.checkInvariants()
	}
}

func TestEraseRemovesAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.claim("Ada", "Ada@example.com")
	w.pass(hourMS)
	w.mustRun("resend", ResendRequest{Username: "Ada", Email: "Ada@example.com"})
	id := strings.TrimPrefix(w.list(record.UserPrefix)[0].Key, record.UserPrefix)
	w.mustRun("erase", erasing(id))
	if left := w.mentions(id); len(left) > 0 {
		t.Errorf("the store still has %v", left)
	}
	if r := w.run("confirm", ConfirmRequest{ConfirmToken: Secret(token)}); r.codes() != string(NoSuchSignupToken) {
		t.Errorf("its token: %s", r.text)
	}
	w.account("ada", "ada@example.com")
	w.checkInvariants()
}

func TestEraseRemovesDeadLetters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account("ada", "ada@example.com")
	w.giveUp()
	if len(w.list(record.DeadPrefix)) == 0 {
		t.Fatal("there is no dead letter")
	}
	w.mustRun("erase", erasing(id))
	if n := len(w.list(record.DeadPrefix)); n > 0 || len(w.mentions(id)) > 0 {
		t.Errorf("%d dead letters remain, and %v", n, w.mentions(id))
	}
	w.checkInvariants()
}

func TestEraseIsForSuperUsersAndOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.live("approved")
	before := w.dump()
	if r := w.run("erase", EraseRequest{UserID: id}); r.codes() != string(SuperUserRequired) {
		t.Errorf("nobody: %s", r.text)
	}
	both := erasing(id)
	both.Password = goodPassword
	if r := w.run("erase", both); r.codes() != string(InvalidInput) || r.Field != "password" {
		t.Errorf("a super-user with a password: %s", r.text)
	}
	if !slices.Equal(before, w.dump()) {
		t.Error("something was written")
	}
	w.audit = nil
	w.mustRun("erase", EraseRequest{UserID: id, Password: goodPassword, RemoteAddr: []string{"192.0.2.1"}})
	if left := w.mentions(id); len(left) > 0 {
		t.Errorf("the store still has %v", left)
	}
	for _, event := range w.audit {
		if event.Extra.RemoteAddr != "" {
			t.Errorf("audited %+v", event)
		}
	}
	if r := w.run("erase", EraseRequest{UserID: id, Password: goodPassword}); r.codes() != string(NotAllowed) {
		t.Errorf("erased again: %s", r.text)
	}
	w.checkInvariants()
}

func TestLockedOwnerDoesNotErase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "login.inform_if_locked=True")
	id := w.live("approved")
	w.mustRun("lock", locking(id))
	if r := w.run("erase", EraseRequest{UserID: id, Password: goodPassword}); r.codes() != string(Locked) {
		t.Errorf("the owner: %s", r.text)
	}
	if r := w.run("erase", EraseRequest{UserID: id, Password: "wrong"}); r.codes() != string(NotAllowed) {
		t.Errorf("a stranger: %s", r.text)
	}
	w.mustRun("erase", erasing(id))
}

// The passwords of erase and verify have one count, and while it makes guesses
// wait, the right one changes nothing.
func TestGuessesOfEraseAndVerifyAreCountedTogether(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	for n := range 5 {
		if r := g.run("erase", EraseRequest{UserID: g.id, Password: "wrong", RemoteAddr: []string{strangerAt(n)}}); r.codes() != string(NotAllowed) {
			t.Fatalf("a guess: %s", r.text)
		}
	}
	g.guess(5, 0)
	if r := g.run("erase", EraseRequest{UserID: g.id, Password: goodPassword, RemoteAddr: []string{"203.0.113.9"}}); r.codes() != string(NotAllowed) {
		t.Errorf("the right password after ten wrong ones: %s", r.text)
	}
	if !g.mustRun("get", `{"username":"ada"}`).OK() {
		t.Error("the account is gone")
	}
}

func TestEraseIsLimitedAsVerify(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_verify=2")
	id := w.live("approved")
	from := []string{"192.0.2.1"}
	request := login("ada", "", "wrong")
	request.RemoteAddr = from
	w.run("verify", request)
	w.run("erase", EraseRequest{UserID: id, Password: "wrong", RemoteAddr: from})
	for _, operation := range []string{"verify", "erase"} {
		var r reply
		if operation == "erase" {
			r = w.run("erase", EraseRequest{UserID: id, Password: goodPassword, RemoteAddr: from})
		} else {
			r = w.run("verify", request)
		}
		if r.codes() != string(RateLimited) {
			t.Errorf("%s: %s", operation, r.text)
		}
	}
}

// Whether there is such an account shows neither in the answer nor in the
// effects.
func TestWrongPasswordOfEraseLooksTheSameForNobody(t *testing.T) {
	t.Parallel()
	var first string
	for _, id := range []string{"", "7ZZZZZZZZZ8ZZZZZZZZZZZZZZZ", "nonsense"} {
		w := newWorld(t)
		account := w.live("approved")
		if id == "" {
			id = account
		}
		r := w.run("erase", EraseRequest{UserID: id, Password: "wrong"})
		got := r.codes() + " " + w.kinds()
		if first == "" {
			first = got
		}
		if got != first || r.codes() != string(NotAllowed) {
			t.Errorf("for %s: %s, want %s", id, got, first)
		}
	}
}

// A void claim is erased as one that waits, but no callback service is told of it:
// none knows it.
func TestNoServiceIsToldOfAnErasedVoidClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("eve", "eve@example.com")
	w.claim("ada", "eve@example.com") // the address is taken
	w.drainNow()
	id := recordOf[record.Name](t, w.list("name/ada")[0]).ID
	w.calls = nil
	w.mustRun("erase", erasing(id))
	w.drainNow()
	if told := w.deletions(); len(told) != 0 {
		t.Errorf("told %v", told)
	}
	if left := w.mentions(id); len(left) > 0 {
		t.Errorf("the store still has %v", left)
	}
	w.checkInvariants()
}

// A crash at any point leaves either the account, or what purge finishes.
func TestPurgeFinishesALostErasure(t *testing.T) {
	t.Parallel()
	finished := 0
	for n := 0; ; n++ {
		w := newWorld(t)
		id := w.live("approved")
		crashed := false
		w.before = func(at int, _ effect) error {
			if crashed = crashed || at >= n; crashed {
				return errOutside
			}
			return nil
		}
		w.run("erase", erasing(id))
		w.before = nil
		if !crashed {
			break
		}
		w.checkInvariants()
		if len(w.list(record.UserPrefix)) > 0 {
			w.mustRun("erase", erasing(id))
		} else {
			finished++
			w.mustRun("purge", `{}`)
		}
		if left := w.mentions(id); len(left) > 0 {
			t.Errorf("before effect %d: the store still has %v", n, left)
		}
		w.calls = nil
		w.drain()
		if told := w.deletions(); len(told) != len(w.engine.config.Signup.CallbackServiceList) {
			t.Errorf("before effect %d: told %v", n, told)
		}
		w.checkInvariants()
	}
	if finished < 3 {
		t.Errorf("purge finished only %d", finished)
	}
}

// Whatever another operation does between any two effects, nothing of the account
// remains.
func TestEraseWinsAgainstConcurrentChanges(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"approve", "lock", "resend", "verify", "dispatch", "purge", "rekey", "retry", "reject", "erase", "confirm"} {
		for n := 0; ; n++ {
			w := newWorld(t, "enrol.verify_stop_after=2")
			token := w.claim("ada", "ada@example.com")
			id := strings.TrimPrefix(w.list(record.UserPrefix)[0].Key, record.UserPrefix)
			if operation != "confirm" && operation != "resend" {
				w.confirm(token)
			}
			if operation == "retry" {
				w.giveUp()
			}
			request := map[string]any{
				"approve": ApprovalRequest{UserID: id, caller: caller{superUser: true}}, "reject": ApprovalRequest{UserID: id, caller: caller{superUser: true}},
				"lock": locking(id), "resend": ResendRequest{Username: "ada", Email: "ada@example.com"}, "verify": login("ada", "", "wrong"),
				"dispatch": `{}`, "purge": `{}`, "rekey": RekeyRequest{caller: caller{superUser: true}}, "erase": erasing(id),
				"confirm": ConfirmRequest{ConfirmToken: Secret(token)},
			}[operation]
			if operation == "retry" {
				request = RetryRequest{ID: strings.TrimPrefix(w.list(record.DeadPrefix)[0].Key, record.DeadPrefix), caller: caller{superUser: true}}
			}
			w.pass(hourMS)
			other, happened := w.fork(uint64(n)), false
			w.before = func(at int, _ effect) error {
				if at == n {
					happened = true
					other.run(operation, request)
				}
				return nil
			}
			r := w.run("erase", erasing(id))
			w.before = nil
			if !r.OK() && r.codes() != string(UserIDInvalid) {
				t.Errorf("%s before effect %d: %s", operation, n, r.text)
			}
			if operation != "reject" || r.OK() { // a rejection keeps its message
				if left := w.mentions(id); len(left) > 0 {
					t.Errorf("%s before effect %d: the store still has %v", operation, n, left)
				}
			}
			w.checkInvariants()
			if !happened {
				break
			}
		}
	}
}

// An event that is being delivered arrives before the one about the erasure.
func TestDeletionIsToldAfterACallUnderWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	id := w.account("ada", "ada@example.com")
	other := w.fork(1)
	var during int
	w.Services = func(ServiceCall) (string, error) {
		if w.Services = nil; during == 0 {
			other.mustRun("erase", erasing(id))
			other.mustRun("dispatch", `{}`)
			during = 1 + len(other.deletions())
		}
		return "{}", nil
	}
	w.mustRun("dispatch", `{"limit":1}`)
	if during != 1 {
		t.Errorf("%d deletions were told during the call", during-1)
	}
	other.pass(2 * minute)
	other.drainNow()
	if told := other.deletions(); len(told) == 0 {
		t.Error("no deletion is told after it")
	}
	w.checkInvariants()
}
