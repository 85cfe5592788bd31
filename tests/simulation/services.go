package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// mood is the state of a service for a while.
type mood struct {
	until int64
	kind  string
}

// moods are the ways in which services are unhealthy. One that is picky refuses
// some accounts, one that is broken fails with them as if it were down.
var moods = []string{"well", "well", "well", "down", "busy", "picky", "broken", "final", "stopping", "slow"}

// mood returns the current state of a service. In calm times all are healthy.
func (s *simulation) mood(service string) string {
	if s.calm || !s.moody {
		return "well"
	}
	m := s.moodOf[service]
	if m.until <= s.clock {
		m = mood{s.clock + int64(s.random.IntN(int(10*minute))), moods[s.random.IntN(len(moods))]}
		s.moodOf[service] = m
	}
	return m.kind
}

// fault returns why a service does not accept a call, nil if it does.
func (s *simulation) fault(service, user string) error {
	mine := user != "" && user[len(user)-1]%3 == 0 // an account that it does not like
	switch kind := s.mood(service); {
	case kind == "down":
		return &signup.CallError{Kind: signup.CallDown, Reason: "connection refused"}
	case kind == "busy":
		return &signup.CallError{Kind: signup.CallDown, RetryAfter: s.random.IntN(300), Reason: "429"}
	case kind == "picky" && mine:
		return &signup.CallError{Kind: signup.CallRefused, Reason: "422"}
	case kind == "broken" && mine:
		return &signup.CallError{Kind: signup.CallDown, Reason: "500"}
	case kind == "final" && mine:
		return &signup.CallError{Kind: signup.CallFinal, Reason: "410"}
	case kind == "stopping" && s.random.IntN(3) == 0:
		return &signup.CallError{Kind: signup.CallStopped, Reason: "stopping"}
	case kind == "slow" && s.stalls: // else nobody takes longer than a lease
		s.clock += int64(s.random.IntN(int(20 * second)))
	}
	return nil
}

// hear handles a call of a service: it refuses some, and learns from the
// others.
func (s *simulation) hear(t *task, call signup.ServiceCall) error {
	var body struct {
		Data struct {
			Kind     string `json:"kind"`
			To       string `json:"to"`
			Username string `json:"username"`
			Token    string `json:"token"`
			UserID   string `json:"user_id"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
		s.problem("%s is sent %s", call.Service, call.Body)
	}
	e := s.ledger.events[call.Headers.ID]
	if e == nil || s.ledger.isVoid(e) {
		s.problem("task %d sends the event %s, which is %+v", t.n, call.Headers.ID, e)
		return nil
	}
	s.checkTurn(t, e)
	if !s.calm && s.random.IntN(100) < s.refusals {
		return errors.New("not now")
	}
	if err := s.fault(call.Service, e.user); err != nil {
		s.faults[s.mood(call.Service)]++
		return err
	}
	e.accepted++
	t.delivered[e.id] = true
	if token := body.Data.Token; token != "" {
		u := s.ledger.users[s.ledger.tokens[hash(token)]]
		if u == nil || u.address != strings.ToLower(body.Data.To) || u.state == "refused" {
			s.problem("task %d sends a token of %+v to %s", t.n, u, body.Data.To)
			return nil
		}
		s.tokens = append(s.tokens, sent{token, u.password})
	}
	return nil
}

// checkTurn checks that no message is sent during the delivery of the previous
// one of the same account, nor after the next one. If operations stall, leases
// can end during a delivery.
func (s *simulation) checkTurn(t *task, e *event) {
	if s.stalls || s.down || s.moody {
		return
	}
	for _, other := range s.ledger.events {
		if other.after == e.id && other.destination == e.destination && other.accepted > 0 {
			s.problem("task %d sends the event %s after %s, which follows it", t.n, e.id, other.id)
		}
	}
	before := s.ledger.events[e.after]
	if before == nil || before.destination != e.destination {
		return
	}
	values, err := s.store.Get(context.Background(), []string{"event/" + e.after})
	if err != nil || values[0].Version != "" && strings.Contains(values[0].Data, `"lease":`) && s.deaths == 0 && s.troubles == 0 {
		s.problem("task %d sends the event %s while %s is being delivered (%v)", t.n, e.id, e.after, err)
	}
}
