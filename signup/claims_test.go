package signup

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// attempt is one signup for the name and the address of the test, with its
// token and a unique password.
type attempt struct {
	token    string
	password string
}

// Random histories of one name and one address. In any order of events,
// confirming a token activates exactly the password of its signup, and
// takeover, confirmation, purge and decisions exclude each other.
func TestTokenActivatesExactlyItsClaim(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		w := newWorld(t, "apps.login_allowed=CRM", "signup.callback_service_list=", "enrol.resend_cooldown=0",
			"enrol.verify_slow_after=0", "enrol.verify_stop_after=0",
			"enrol.idempotency_hours=1", "enrol.buckets="+[]string{"1", "4"}[seed%2])
		l := &lives{world: w, random: rand.New(rand.NewPCG(seed, 7)), seed: seed}
		for range 60 {
			l.step()
			l.check()
		}
	}
}

// lives is one random history.
type lives struct {
	*world
	random   *rand.Rand
	seed     uint64
	attempts []attempt
	active   *attempt // whose account it is
	id       string   // of that account
}

func (l *lives) step() {
	l.t.Helper()
	switch l.random.IntN(10) {
	case 0, 1, 2:
		l.signUp()
	case 3, 4, 5:
		l.tryConfirm()
	case 6:
		l.run("resend", ResendRequest{Username: "ADA", Email: "ada@EXAMPLE.com"})
		l.collect()
	case 7:
		l.pass([]int64{minute, 60 * minute, day}[l.random.IntN(3)])
	case 8:
		l.purgeAll()
	case 9:
		l.decide()
	}
}

func (l *lives) signUp() {
	a := attempt{password: fmt.Sprintf("a long secret, number %d", len(l.attempts))}
	request := ask("ada", "ada@example.com")
	request.Password = Secret(a.password)
	a.token = l.mustRun("signup", request).ConfirmToken
	l.attempts = append(l.attempts, a)
	l.collect()
}

// collect delivers messages, and records the password that belongs to a resent
// token: the password of the claim that has the name.
func (l *lives) collect() {
	l.calls = nil
	l.drainNow()
	for _, token := range l.tokensSent() {
		if token == "" || l.attemptOf(token) != nil {
			continue
		}
		for _, a := range l.attempts {
			if l.holds(a) {
				l.attempts = append(l.attempts, attempt{token, a.password})
				break
			}
		}
	}
}

func (l *lives) attemptOf(token string) *attempt {
	for i := range l.attempts {
		if l.attempts[i].token == token {
			return &l.attempts[i]
		}
	}
	return nil
}

// holds reports whether the name's claim has the password of an attempt.
func (l *lives) holds(a attempt) bool {
	id := recordOf[record.Name](l.t, l.list(record.NamePrefix)[0]).ID
	r := &run{Engine: l.engine, host: l.world, now: l.Clock.Now()}
	same, err := r.isPassword(read[record.User](l.world, record.UserPrefix+id), Secret(a.password))
	return err == nil && same
}

func (l *lives) tryConfirm() {
	if len(l.attempts) == 0 {
		return
	}
	a := l.attempts[l.random.IntN(len(l.attempts))]
	r := l.world.confirm(a.token)
	switch {
	case r.OK() && l.active != nil:
		l.t.Fatalf("seed %d: a second account was confirmed", l.seed)
	case r.OK():
		l.active, l.id = &a, r.UserID
	}
}

func (l *lives) decide() {
	if l.active == nil {
		return
	}
	operation := []string{"approve", "reject"}[l.random.IntN(2)]
	r := l.run(operation, ApprovalRequest{UserID: l.id, caller: caller{superUser: true}})
	if operation == "reject" && r.OK() {
		l.active, l.id = nil, ""
	}
	l.drainNow()
}

// check checks that the account, if there is one, belongs to the
// confirmed token and has its password.
func (l *lives) check() {
	l.t.Helper()
	l.checkInvariants()
	final := 0
	for _, e := range l.list(record.UserPrefix) {
		if user := recordOf[record.User](l.t, e); user.State == record.StateFinal {
			final++
			if user.ID != l.id {
				l.t.Fatalf("seed %d: %s is confirmed, not %s", l.seed, user.ID, l.id)
			}
		}
	}
	if (final == 1) != (l.active != nil) {
		l.t.Fatalf("seed %d: there are %d accounts", l.seed, final)
	}
	if l.active == nil {
		return
	}
	for _, a := range l.attempts {
		right := a.password == l.active.password
		r := l.run("verify", login("", "ada@example.com", a.password))
		waits := right && r.codes() == string(NotAllowed) && l.get().ApprovalStatus == record.ApprovalBefore
		if r.OK() != right && !waits {
			l.t.Fatalf("seed %d: the password %q is answered %s", l.seed, a.password, r.text)
		}
		if r.OK() && !right {
			l.t.Fatalf("seed %d: a stranger's password was activated", l.seed)
		}
	}
}

func (l *lives) get() User { return l.mustRun("get", GetRequest{UserID: l.id}).User }
