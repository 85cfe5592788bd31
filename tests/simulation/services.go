package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// hear is what a service does that is called: it refuses some, and learns from
// the others.
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

// checkTurn makes sure that an event is not sent before the one that it waits
// for, unless that was given up before.
func (s *simulation) checkTurn(t *task, e *event) {
	before := s.ledger.events[e.after]
	if before == nil || before.retried {
		return
	}
	values, err := s.store.Get(context.Background(), []string{"event/" + e.after})
	if err != nil || values[0].Version != "" {
		s.problem("task %d sends the event %s while %s waits (%v)", t.n, e.id, e.after, err)
	}
}
