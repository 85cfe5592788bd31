package signup

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// stranger makes calls in a world in which the owner of victim@example.com may
// have an account. Nothing that the stranger sees may depend on that.
type stranger struct {
	*world
	token    string // of the stranger's own claim
	settings []string
}

const (
	victimAddress = "victim@example.com"
	ownAddress    = "own@example.com"
)

// newStranger returns a world with or without the victim's account. The random
// bytes that follow are the same in both.
func newStranger(t *testing.T, victim bool, settings ...string) *stranger {
	w := newWorld(t, settings...)
	confirmed := func(username, email string) {
		request := ask(username, email)
		request.Password = "nobody else knows it"
		token := w.mustRun("signup", request).ConfirmToken
		w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(token), Password: request.Password, CurrentApp: "CRM"})
	}
	confirmed("somebody", "somebody@example.com")
	if victim {
		confirmed("victim", victimAddress)
	}
	w.drain()
	w.Clock.Set(startTime + 3*24*60*minute)
	w.purgeAll()
	w.seed(77)
	w.calls = nil
	return &stranger{world: w, settings: settings}
}

// call is one thing that a stranger can do, or that happens.
type call struct {
	name string
	do   func(s *stranger) string // returns what the stranger sees
	dark bool                     // the stranger cannot see the effects
}

func (s *stranger) asks(operation string, request any) string { return s.run(operation, request).text }

// claimID returns the id of the stranger's claim for the victim's address.
func (s *stranger) claimID() string {
	values := s.list(record.NamePrefix + "mallory")
	if len(values) == 0 {
		return decoyID
	}
	return recordOf[record.Name](s.t, values[0]).ID
}

func decides(operation string, super bool) func(*stranger) string {
	return func(s *stranger) string {
		return s.asks(operation, ApprovalRequest{UserID: s.claimID(), caller: caller{superUser: super}})
	}
}

// signsUp returns a call that signs mallory up.
func signsUp(email, key string) func(*stranger) string {
	return func(s *stranger) string {
		request := ask("Mallory", email)
		request.IdempotencyKey = key
		return s.asks("signup", request)
	}
}

func strangersCalls() []call {
	decide := func(operation string, super bool) call {
		return call{name: fmt.Sprintf("%s, super-user %v", operation, super), do: decides(operation, super)}
	}
	verify := func(username, email, password, addr string) call {
		request := login(username, email, password)
		request.RemoteAddr = []string{addr}
		return call{name: "verify " + username + email + " " + password + " " + addr, do: func(s *stranger) string { return s.asks("verify", request) }}
	}
	resend := func(email string) call {
		return call{name: "resend " + email, do: func(s *stranger) string {
			return s.asks("resend", ResendRequest{Username: "MALLORY", Email: email, CurrentApp: "CRM", RemoteAddr: []string{"192.0.2.7"}})
		}}
	}
	passes := func(ms int64) call {
		return call{name: fmt.Sprint("time passes ", ms), do: func(s *stranger) string { s.pass(ms); return "" }, dark: true}
	}
	return []call{
		{name: "signup", do: signsUp(victimAddress, "")},
		{name: "signup, the address in capitals", do: signsUp("VICTIM@example.com", "")},
		{name: "signup with a key", do: signsUp(victimAddress, "key-1")},
		{name: "signup with another address", do: signsUp("third@example.com", "")},
		{name: "signup of the own address", do: func(s *stranger) string {
			r := s.run("signup", ask("own", ownAddress))
			s.token = r.ConfirmToken
			return r.text
		}},
		{name: "confirm of the own address", do: func(s *stranger) string {
			return s.asks("confirm", ConfirmRequest{ConfirmToken: Secret(cmp.Or(s.token, "none")), CurrentApp: "CRM"})
		}},
		verify("mallory", "", goodPassword, "192.0.2.7"),
		verify("mallory", "", goodPassword, "192.0.2.8"),
		verify("mallory", "", "wrong", "192.0.2.7"),
		verify("", victimAddress, goodPassword, "192.0.2.7"),
		verify("own", "", goodPassword, "192.0.2.7"),
		resend(victimAddress),
		resend("third@example.com"),
		{name: "get by name", do: func(s *stranger) string { return s.asks("get", GetRequest{Username: "mallory"}) }},
		{name: "get by id", do: func(s *stranger) string { return s.asks("get", GetRequest{UserID: s.claimID()}) }},
		{name: "pending", do: func(s *stranger) string { return s.asks("pending", `{"status":"to-confirm"}`) }},
		decide("approve", true), decide("reject", true), decide("lock", true), decide("unlock", true),
		decide("approve", false), decide("reject", false), decide("lock", false), decide("unlock", false),
		{name: "purge", do: func(s *stranger) string { return s.asks("purge", `{}`) }},
		{name: "dispatch", do: func(s *stranger) string { s.drainNow(); return "" }, dark: true},
		{name: "fsck", do: func(s *stranger) string { s.checkInvariants(); return "" }, dark: true},
		{name: "other costs of hashes", do: func(s *stranger) string {
			s.reconfigured(slices.Concat(s.settings, []string{"enrol.argon2_iterations=2", "hash_secret.rounds=2000"})...)
			return ""
		}, dark: true},
		passes(2 * minute), passes(12 * 60 * minute), passes(25 * 60 * minute),
	}
}

// mail returns all messages that went to the stranger's own address.
func (s *stranger) mail() string {
	var got []string
	for _, call := range s.calls {
		var body struct{ Data messageData }
		if json.Unmarshal([]byte(call.Body), &body) == nil && body.Data.To == ownAddress {
			got = append(got, body.Data.Kind+" "+body.Data.Token)
		}
	}
	return strings.Join(got, "\n")
}

// compare makes the same calls in both worlds, and reports the first one that a
// stranger can distinguish.
func compare(t *testing.T, settings []string, calls []call) {
	t.Helper()
	with, without := newStranger(t, true, settings...), newStranger(t, false, settings...)
	var made []string
	for _, c := range calls {
		made = append(made, c.name)
		if got, want := c.do(with), c.do(without); got != want {
			t.Fatalf("after %q\nwith an account:    %s\nwithout an account: %s", made, got, want)
		}
		if c.dark {
			continue
		}
		if got, want := shape(with.Effects()), shape(without.Effects()); got != want {
			t.Fatalf("after %q\nthe effects with an account:\n%s\nwithout:\n%s", made, got, want)
		}
	}
	if got, want := with.mail(), without.mail(); got != want {
		t.Fatalf("after %q\nthe mail with an account:\n%s\nwithout:\n%s", made, got, want)
	}
}

// strangersSettings returns configurations that must not reveal who has an
// account.
func strangersSettings() [][]string {
	told := []string{"login.inform_if_not_confirmed=True", "login.inform_if_locked=True"}
	return [][]string{
		{},
		told,
		slices.Concat(told, []string{"enrol.rate_signup=5", "enrol.rate_verify=6", "enrol.rate_resend=4", "enrol.resend_cooldown=0"}),
		slices.Concat(told, []string{"enrol.password_hash=pbkdf2-sha512", "hash_secret.rounds=1000", "main.encrypt_email=False", "main.encrypt_password=False"}),
		slices.Concat(told, []string{"signup.callback_service_list=", "signup.is_approval_needed=False", "enrol.buckets=16", "enrol.confirm_requires_password=True"}),
		slices.Concat(told, []string{"main.email_service=", "enrol.confirm_within=2000"}),
		slices.Concat(told, []string{"enrol.bind_apps=True", "apps.signup_allowed=CRM, HR, Wiki", "enrol.verify_slow_after=2", "enrol.verify_stop_after=8"}),
	}
}

// Every operation that can meet a void claim answers as for a real claim: after
// a signup, and after a signup and any other call.
func TestStrangerCannotTellAVoidClaim(t *testing.T) {
	t.Parallel()
	calls := strangersCalls()
	for n, settings := range strangersSettings() {
		for _, first := range calls {
			compare(t, settings, []call{calls[0], first})
			for _, then := range calls {
				if n == 2 {
					compare(t, settings, []call{calls[0], first, then})
				}
			}
		}
	}
}

// The same holds for these calls in any order.
func TestStrangerCannotTellAVoidClaimByAnyOrder(t *testing.T) {
	t.Parallel()
	calls := strangersCalls()
	settings := strangersSettings()
	for seed := range uint64(70) {
		random := rand.New(rand.NewPCG(seed, 3))
		made := []call{calls[0]}
		for range 40 {
			made = append(made, calls[random.IntN(len(calls))])
		}
		compare(t, settings[seed%uint64(len(settings))], made)
	}
}

// The comparison sees something: a void claim verifies as one that waits, is
// shown, and can be locked.
func TestVoidClaimAnswersLikeAPendingOne(t *testing.T) {
	t.Parallel()
	s := newStranger(t, true, "login.inform_if_not_confirmed=True", "login.inform_if_locked=True")
	signsUp(victimAddress, "")(s)
	if state := read[record.User](s.world, record.UserPrefix+s.claimID()).State; state != record.StateVoid {
		t.Fatalf("the claim is %s", state)
	}
	if r := s.run("verify", login("mallory", "", goodPassword)); r.codes() != "E005003" {
		t.Errorf("verify: %s", r.text)
	}
	if r := s.run("verify", login("mallory", "", "wrong")); r.codes() != "E005001" {
		t.Errorf("verify with a wrong password: %s", r.text)
	}
	if r := s.run("get", GetRequest{Username: "mallory"}); !r.OK() || r.User.SignUpStatus != beforeConfirmation {
		t.Errorf("get: %s", r.text)
	}
	if r := s.run("approve", ApprovalRequest{UserID: s.claimID(), caller: caller{superUser: true}}); r.codes() != "E005001" {
		t.Errorf("approve: %s", r.text)
	}
	s.mustRun("lock", ApprovalRequest{UserID: s.claimID(), caller: caller{superUser: true}})
	if r := s.run("verify", login("mallory", "", goodPassword)); r.codes() != "E005002" {
		t.Errorf("verify of a locked one: %s", r.text)
	}
	s.checkInvariants()
	s.pass(1440 * minute)
	if r := s.run("verify", login("mallory", "", goodPassword)); r.codes() != "E005001" {
		t.Errorf("verify when it has expired: %s", r.text)
	}
}
