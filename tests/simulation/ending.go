package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// end finishes everything, without further failures, and checks that nothing
// was lost.
func (s *simulation) end() {
	s.calm = true
	s.finish()
	for len(s.late) > 0 && s.whole() {
		s.arrive(s.random.IntN(len(s.late)))
	}
	s.check()
	s.confirmAll()
	s.purgeAll() // finishes what was lost of erasures, which has events
	s.deliverAll()
	s.checkEvents()
	s.expireAll()
	s.check()
}

// finish lets all running operations end.
func (s *simulation) finish() {
	for len(s.running) > 0 && s.whole() {
		s.step(s.running[s.random.IntN(len(s.running))], happens)
	}
}

// do runs an operation alone, by the newest engine and at the right time.
func (s *simulation) do(operation string, a asked) *task {
	t := s.start(operation, a)
	t.engine, t.skew = s.deployments[len(s.deployments)-1], 0
	s.finish()
	return t
}

// confirmAll confirms all live claims with a known token: that succeeds, unless
// the address belongs to another account.
func (s *simulation) confirmAll() {
	for _, of := range s.tokens {
		u := s.ledger.users[s.ledger.tokens[hash(of.token)]]
		if u == nil || u.gone || u.state != "pending" || u.expires <= s.clock+4*second || s.limited || s.guarded && s.password {
			continue
		}
		values := s.entries("token/" + hash(of.token))
		if len(values) == 0 { // replaced by one that was sent later
			continue
		}
		taken := false
		for _, other := range s.ledger.users {
			taken = taken || other.state == "final" && !other.gone && other.address != "" && other.address == u.address
		}
		a := asked{token: of.token, password: of.password}
		a.request = fmt.Sprintf(`{"cid":"c","confirm_token":%q,"password":%q}`, of.token, of.password)
		t := s.do("confirm", a)
		if (u.state == "final") == taken {
			s.problem("in the end the claim %+v is confirmed with %s", *u, t.answer)
		}
	}
}

// deliverAll delivers all events, including dead letters. It moves the clock to
// when they are due.
func (s *simulation) deliverAll() {
	for round := 0; s.whole(); round++ {
		var r reply
		r.read(s.do("dispatch", asked{request: `{"cid":"c"}`}).answer)
		dead := s.entries("dead/")
		for _, letter := range dead {
			a, _ := superUser("id", strings.TrimPrefix(letter.Key, "dead/"))
			s.do("retry", a)
		}
		if !r.More && r.NextDue == nil && len(dead) == 0 {
			return
		}
		if !r.More && len(dead) == 0 {
			s.clock = max(s.clock, r.NextDue.UnixMilli())
		}
		if round > 3000 {
			s.problem("there are events that are never delivered: %v", s.entries("outbox/"))
		}
	}
}

// checkEvents checks that every event that was ever written reached its
// service, and exactly once if nothing failed.
func (s *simulation) checkEvents() {
	for _, id := range slices.Sorted(maps.Keys(s.ledger.events)) {
		e := s.ledger.events[id]
		switch {
		case s.ledger.isVoid(e), e.dropped:
		case e.accepted == 0 || !e.gone || e.dead:
			s.problem("the event %+v was never delivered", *e)
		case e.accepted > 1 && s.deaths == 0 && s.troubles == 0 && !s.stalls:
			s.problem("the event %+v was delivered %d times", *e, e.accepted)
		}
	}
	if left := append(s.entries("event/"), s.entries("outbox/")...); len(left) > 0 {
		s.problem("in the end there is %v", left)
	}
}

// purgeAll purges until nothing is left to purge.
func (s *simulation) purgeAll() {
	for cursor := ""; s.whole(); {
		var r reply
		r.read(s.do("purge", asked{request: fmt.Sprintf(`{"cid":"c"%s}`, member("cursor", cursor))}).answer)
		if cursor = r.Cursor; !r.More {
			return
		}
	}
}

// expireAll purges when everything has expired, and checks that all accounts
// are still there, and nothing else.
func (s *simulation) expireAll() {
	s.clock += 3 * 24 * hour
	s.purgeAll()
	accounts := 0
	for _, id := range slices.Sorted(maps.Keys(s.ledger.users)) {
		u := s.ledger.users[id]
		if u.state != "final" || u.gone {
			continue
		}
		accounts++
		a := asked{username: u.name, request: fmt.Sprintf(`{"cid":"c","username":%q}`, u.name)}
		if t := s.do("get", a); !strings.Contains(string(t.answer), u.id) {
			s.problem("in the end the account %+v is answered as %s", *u, t.answer)
		}
	}
	for prefix, want := range map[string]int{"user/": accounts, "name/": accounts, "token/": 0, "pending/": 0, "erased/": 0, "idem/": 0, "rate/": 0, "sent/": 0, "health/": 0} {
		if got := s.entries(prefix); len(got) != want {
			s.problem("in the end there are %d of %s, want %d: %v", len(got), prefix, want, got)
		}
	}
}

func (r *reply) read(answer []byte) {
	*r = reply{}
	if err := json.Unmarshal(answer, r); err != nil {
		panic(fmt.Sprintf("%s: %v", answer, err))
	}
}
