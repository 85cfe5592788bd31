package main

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// reply is any operation's answer.
type reply struct {
	signup.Response
	rest
}

func (r *reply) UnmarshalJSON(data []byte) error {
	return errors.Join(json.Unmarshal(data, &r.Response), json.Unmarshal(data, &r.rest))
}

// rest is what only some responses have.
type rest struct {
	ConfirmToken string      `json:"confirm_token"`
	UserID       string      `json:"user_id"`
	User         signup.User `json:"user"`
	Cursor       string      `json:"cursor"`
	Done         bool        `json:"done"`
	NextDue      *time.Time  `json:"next_due"`
	More         bool        `json:"more"`
	Users        []struct {
		UserID string `json:"user_id"`
	} `json:"users"`
	Events []signup.DeadEvent `json:"events"`
}

func (r reply) is(code signup.Code) bool { return slices.Contains(r.SubStatus, code) }

// first is the first answer to a request with an idempotency key.
type first struct {
	task   *task
	answer string
}

// answered checks an answer against the ledger, and learns from it.
func (s *simulation) answered(t *task) {
	var r reply
	if err := json.Unmarshal(t.answer, &r); err != nil {
		s.problem("task %d is answered %s", t.n, t.answer)
		return
	}
	if s.refusedToServe(t, r) {
		return
	}
	s.checkRepetition(t, r)
	switch t.operation {
	case "signup":
		s.checkSignup(t, r)
	case "confirm":
		s.checkConfirm(t, r)
	case "verify", "get":
		s.checkAccount(t, r)
	case "approve":
		if u := s.ledger.users[t.asked.id]; r.OK() && !u.approved {
			s.problem("task %d is answered that %s is approved", t.n, u.id)
		}
	case "reject", "erase":
		if u := s.ledger.users[t.asked.id]; r.OK() && !u.gone {
			s.problem("task %d, a %s, is answered that %s is gone", t.n, t.operation, u.id)
		}
	case "lock", "unlock":
		if u := s.ledger.users[t.asked.id]; r.OK() && u.changed <= t.began && u.locked != (t.operation == "lock") {
			s.problem("task %d, a %s, is answered ok, but there is %+v", t.n, t.operation, *u)
		}
	case "pending":
		for _, u := range r.Users {
			s.accounts = append(s.accounts, u.UserID)
		}
	case "dead":
		for _, e := range r.Events {
			s.letters = append(s.letters, e.ID)
		}
	case "rekey":
		s.cursor, s.moving = r.Cursor, !r.Done
	}
}

// lacksKey reports whether a fault is about a secret key that the engine does not
// have: of the store or of one sealed text.
func lacksKey(fault string) bool {
	return strings.Contains(fault, ", which is missing: add it to the secret keys") || strings.HasSuffix(fault, " is sealed with a missing key")
}

// refusedToServe reports whether there was no decision, for a valid reason.
func (s *simulation) refusedToServe(t *task, r reply) bool {
	old := t.engine != s.deployments[len(s.deployments)-1]
	switch {
	case r.is(signup.Busy):
		return true
	case r.is(signup.RateLimited) && s.limited:
		return true
	case r.is(signup.InternalError) && old && lacksKey(r.Fault): // its keys are not those in use
		return true
	case r.Fault != "", r.is(signup.InvalidInput), r.is(signup.MissingInput), r.is(signup.InvalidOperation):
		s.problem("task %d, a %s, is answered %s", t.n, t.operation, t.answer)
		return true
	}
	return false
}

// checkRepetition checks that a request with an idempotency key always gets the
// same answer, and that no other request gets it, while the first answer must be
// kept.
func (s *simulation) checkRepetition(t *task, r reply) {
	key := t.asked.key
	if key == "" || s.clock > s.asking[key]+23*hour {
		return
	}
	before, answered := s.answers[key]
	same := answered && before.task.asked.sameAs(t.asked)
	switch {
	case r.is(signup.IdempotencyConflict):
		if same {
			s.problem("task %d is answered %s, the same request was answered %s", t.n, t.answer, before.answer)
		}
	case !answered:
		s.answers[key] = first{t, string(t.answer)}
	case !same:
		s.problem("task %d with the key of task %d is answered %s", t.n, before.task.n, t.answer)
	case before.answer != string(t.answer):
		s.problem("task %d is answered %s, before it was %s", t.n, t.answer, before.answer)
	}
}

// checkSignup checks that an acknowledged signup is in the store, as requested,
// and that no owner of a name learns that it is taken.
func (s *simulation) checkSignup(t *task, r reply) {
	switch {
	case r.OK():
		u := s.ledger.users[s.ledger.tokens[hash(r.ConfirmToken)]]
		switch {
		case u == nil:
			s.problem("task %d is answered a token that leads nowhere", t.n)
		case u.name != strings.ToLower(t.asked.username) || u.address != strings.ToLower(t.asked.email) || u.password != t.asked.password:
			s.problem("task %d is answered the token of another claim, %+v", t.n, *u)
		case u.state == "refused" && s.told:
			s.problem("task %d is answered the token of a void claim", t.n)
		}
		s.tokens = append(s.tokens, sent{r.ConfirmToken, t.asked.password})
	case r.is(signup.UsernameExists):
		if !s.ledger.held(t) {
			s.problem("task %d is told that the name is taken, and it was not", t.n)
		}
	case !r.is(signup.EmailExists) && !r.is(signup.IdempotencyConflict):
		s.problem("task %d is refused with %s", t.n, t.answer)
	}
}

// held reports whether another user held the name of a task's request at any
// time while the task ran.
func (l *ledger) held(t *task) bool {
	history := l.holders[strings.ToLower(t.asked.username)]
	for n, h := range history {
		ended := n+1 < len(history) && history[n+1].from <= t.began
		if ended || h.id == "" || h.id == t.created && t.created != "" {
			continue
		}
		if h.state == "final" || h.expires > t.now {
			return true
		}
	}
	return t.asked.key != "" // of a repetition, the first answer
}

// checkConfirm checks that an acknowledged confirmation made an account.
func (s *simulation) checkConfirm(t *task, r reply) {
	if r.is(signup.SignupConfirmed) || r.OK() {
		u := s.ledger.users[s.ledger.tokens[hash(t.asked.token)]]
		if u == nil || u.state != "final" || r.OK() && u.id != r.UserID {
			s.problem("task %d is answered %s, but there is %+v", t.n, t.answer, u)
		}
	}
	if r.OK() {
		s.accounts = append(s.accounts, r.UserID)
	}
}

// checkAccount checks that everybody with an account is found, and nobody
// comes in with a password that is not its own.
func (s *simulation) checkAccount(t *task, r reply) {
	if r.OK() {
		u := s.ledger.users[r.User.UserID]
		if u == nil || u.name != strings.ToLower(t.asked.username) {
			s.problem("task %d is shown %+v, but there is %+v", t.n, r.User, u)
		} else if t.operation == "verify" && u.password != t.asked.password {
			s.problem("task %d verifies %s with the password %q", t.n, u.id, t.asked.password)
		} else if t.operation == "verify" && u.locked && u.changed <= t.began {
			s.problem("task %d verifies %s, who is locked", t.n, u.id)
		}
		return
	}
	u := t.holder
	if u == nil || u.gone {
		return
	}
	if t.operation == "get" || !s.guarded && u.state == "final" && u.approved && !u.locked && u.password == t.asked.password && u.changed <= t.began {
		s.problem("task %d is answered %s, but there is %+v", t.n, t.answer, *u)
	}
}
