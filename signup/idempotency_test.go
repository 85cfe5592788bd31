package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// asked returns a request with an idempotency key.
func asked(username, email, key string) SignupRequest {
	r := ask(username, email)
	r.IdempotencyKey = key
	return r
}

// sameFrom fails the test unless a request gets the same answer as before.
func (w *world) sameFrom(operation string, request any, before reply) {
	w.t.Helper()
	if again := w.run(operation, request); again.text != before.text {
		w.t.Errorf("%s again answers\n%s, before it was\n%s", operation, again.text, before.text)
	}
}

func TestRepetitionIsAnsweredTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.mustRun("signup", asked("ada", "ada@example.com", "key-1"))
	users, events := len(w.list(record.UserPrefix)), len(w.list(record.EventPrefix))
	w.pass(23 * 60 * minute)
	again := asked("ada", "ada@example.com", "key-1")
	again.CID, again.RemoteAddr = "other-cid", []string{"198.51.100.1"}
	w.sameFrom("signup", again, first)
	if len(w.list(record.UserPrefix)) != users || len(w.list(record.EventPrefix)) != events {
		t.Error("the repetition wrote something")
	}
	if kinds := w.kinds(); strings.Contains(kinds, "kdf") || strings.Contains(kinds, "commit") {
		t.Errorf("the repetition did %s", kinds)
	}
	confirm := ConfirmRequest{ConfirmToken: Secret(first.ConfirmToken), IdempotencyKey: "key-1"}
	confirmed := w.mustRun("confirm", confirm)
	w.sameFrom("confirm", confirm, confirmed)
	if r := w.run("confirm", ConfirmRequest{ConfirmToken: Secret(first.ConfirmToken)}); r.codes() != string(SignupConfirmed) {
		t.Errorf("without the key: %s", r.text)
	}
	if len(w.audit) != 10 {
		t.Errorf("%d audit entries, want two for each request", len(w.audit))
	}
	w.checkInvariants()
}

func TestRefusalsAreRepeatedToo(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string][]string{"told": informed(), "void": nil, "silent": {"signup.always_return_confirm_token=False"}} {
		w := newWorld(t, changes...)
		w.claim("ada", "ada@example.com")
		request := asked("ADA", "other@example.com", "key-1")
		first := w.run("signup", request)
		w.pass(25 * 60 * minute / 24 * 23) // the name is free again, the answer is still kept
		w.sameFrom("signup", request, first)
		if last := w.audit[len(w.audit)-1]; last.Result != resultError && name != "void" || joinCodes(last.Extra.SubStatus) != string(UsernameExists) && name != "void" {
			t.Errorf("%s: the trail says %+v", name, last)
		}
	}
}

func TestRefusalByRulesNeedNotBeKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := asked("a b", "x", "key-1")
	w.sameFrom("signup", request, w.run("signup", request))
	if n := len(w.list(record.IdemPrefix)); n != 0 {
		t.Errorf("%d answers are kept", n)
	}
}

func TestAnotherRequestWithTheKeyIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.mustRun("signup", asked("ada", "ada@example.com", "key-1"))
	for _, other := range []func(*SignupRequest){
		func(r *SignupRequest) { r.Password = "another long secret" },
		func(r *SignupRequest) { r.Username = "Ada" },
		func(r *SignupRequest) { r.AppList = []string{"CRM"} },
		func(r *SignupRequest) { r.Attrs = map[string]string{"a": "b"} },
	} {
		request := asked("ada", "ada@example.com", "key-1")
		other(&request)
		if r := w.run("signup", request); r.codes() != string(IdempotencyConflict) {
			t.Errorf("another request: %s", r.text)
		}
		if last := w.audit[len(w.audit)-1]; last.Op != auditSignup || last.Result != resultError || joinCodes(last.Extra.SubStatus) != string(IdempotencyConflict) {
			t.Errorf("another request: the trail ends with %+v", last)
		}
	}
	elsewhere := asked("bob", "bob@example.com", "key-1")
	elsewhere.CurrentApp = "HR"
	if r := w.mustRun("signup", elsewhere); r.ConfirmToken == first.ConfirmToken {
		t.Error("another application was given the token")
	}
}

func TestAnswerIsKeptForIdempotencyHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(informed(), "enrol.idempotency_hours=2", "enrol.confirm_within=525600")...)
	request := asked("ada", "ada@example.com", "key-1")
	first := w.mustRun("signup", request)
	w.pass(2*60*minute - 1)
	w.sameFrom("signup", request, first)
	w.pass(1)
	if r := w.run("signup", request); r.codes() != string(UsernameExists) {
		t.Errorf("after its time: %s", r.text)
	}
}

// Whatever fault ends a signup or its answer, a repetition ends with one
// account and one answer.
func TestRepetitionAfterAnyFault(t *testing.T) {
	t.Parallel()
	for _, list := range [][]commitResult{{lostAfter, broken}, {lostBefore, lostAfter, broken}, {broken}, {conflict, broken}} {
		for n := range 20 {
			w := newWorld(t)
			w.outcomes(list...)
			w.before = func(at int, _ effect) error {
				if at == n {
					return errDisk
				}
				return nil
			}
			request := asked("ada", "ada@example.com", "key-1")
			first := w.run("signup", request)
			w.before, w.commit = nil, nil
			second := w.mustRun("signup", request)
			if first.OK() && first.text != second.text {
				t.Errorf("effect %d: first %s, then %s", n, first.text, second.text)
			}
			w.sameFrom("signup", request, second)
			if users := len(w.list(record.UserPrefix)); users != 1 {
				t.Errorf("effect %d: %d accounts", n, users)
			}
			w.checkInvariants()
		}
	}
}

// A repetition that overtakes the first request.
func TestRepetitionAtTheSameTime(t *testing.T) {
	t.Parallel()
	for n := range 12 {
		w := newWorld(t)
		request := asked("ada", "ada@example.com", "key-1")
		other := w.fork(uint64(n))
		var overtook reply
		w.before = func(at int, _ effect) error {
			if at == n && overtook.text == "" {
				overtook = other.mustRun("signup", request)
			}
			return nil
		}
		first := w.mustRun("signup", request)
		if overtook.text != "" && overtook.text != first.text {
			t.Errorf("before effect %d: %s and %s", n, overtook.text, first.text)
		}
		if users := len(w.list(record.UserPrefix)); users != 1 {
			t.Errorf("before effect %d: %d accounts", n, users)
		}
	}
}

func TestKeptAnswerSurvivesARotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := asked("ada", "ada@example.com", "key-1")
	request.CID = "mine"
	first := w.mustRun("signup", request)
	w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
	w.sameFrom("signup", request, first)
}

func TestIdempotencyKeyIsNotStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := asked("ada", "ada@example.com", "a-key-to-be-found")
	token := w.mustRun("signup", request).ConfirmToken
	for _, secret := range []string{"a-key-to-be-found", token, goodPassword, "ada@example.com"} {
		if at := w.holding(secret); len(at) > 0 {
			t.Errorf("%d records hold a secret: %v", len(at), at)
		}
	}
}

func TestIdempotencyKeyLengthIsLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for length, want := range map[int]string{255: "", 256: string(InvalidInput)} {
		request := asked(fmt.Sprintf("ada-%d", length), "ada@example.com", strings.Repeat("k", length))
		if r := w.run("signup", request); r.codes() != want {
			t.Errorf("%d characters: %s", length, r.text)
		}
	}
}

// A repetition may come from another caller, client address and cid.
func TestConfirmationIsRepeatedFromElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := ConfirmRequest{ConfirmToken: Secret(w.claim("ada", "ada@example.com")), CurrentApp: "CRM", IdempotencyKey: "key-2"}
	request.CID, request.RemoteAddr = "first", []string{"192.0.2.7"}
	first := w.mustRun("confirm", request)
	request.CID, request.RemoteAddr = "second", []string{"192.0.2.8", "2001:db8::1"}
	if again := w.mustRun("confirm", request); again.text != first.text {
		t.Errorf("first %s, then %s", first.text, again.text)
	}
}
